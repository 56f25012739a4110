"""The guest image: its segments, and where its functions are."""

import struct

PT_LOAD, SHT_SYMTAB, PF_WRITE = 1, 2, 2


class Image:
    """segments: pairs of an address and bytes of what is loaded and not writable."""

    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        if data[:6] != b"\x7fELF\x02\x01":
            raise ValueError("%s is not a 64-bit little-endian ELF file" % path)
        program, sections = struct.unpack_from("<QQ", data, 32)
        program_count, = struct.unpack_from("<H", data, 56)
        section_count, = struct.unpack_from("<H", data, 60)
        self.segments = []
        for i in range(program_count):
            kind, flags, offset, address, _, size = struct.unpack_from(
                "<IIQQQQ", data, program + 56 * i)
            if kind == PT_LOAD and not flags & PF_WRITE:
                self.segments.append((address, data[offset:offset + size]))
        self.symbols = self._symbols(data, sections, section_count)

    @staticmethod
    def _symbols(data, sections, count):
        """Addresses and sizes by name."""
        headers = [struct.unpack_from("<IIQQQQIIQQ", data, sections + 64 * i)
                   for i in range(count)]
        symbols = {}
        for header in headers:
            if header[1] != SHT_SYMTAB:
                continue
            offset, size, names = header[4], header[5], headers[header[6]][4]
            for at in range(offset, offset + size, 24):
                name, _, _, _, value, length = struct.unpack_from("<IBBHQQ", data, at)
                end = data.index(b"\0", names + name)
                symbols[data[names + name:end].decode()] = (value, length)
        return symbols
