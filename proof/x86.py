"""The x86 instructions that are understood, and a decoder for them.

They are the forms that guest/translate/x86.c can write, and the few more that the compiler uses in
the loops of the interpreters. FORMS is the list of both; semantics.py gives each a meaning, and
cpu_test.py compares that with the CPU, form by form. Whatever is not in the list is refused.
Written from the SDM, vol. 2: 2.1 and 2.2.1 (shape), 3 to 5 (each instruction).
"""

from collections import namedtuple

NAMES64 = ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
           "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"]
NAMES32 = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi",
           "r8d", "r9d", "r10d", "r11d", "r12d", "r13d", "r14d", "r15d"]
AX, CX, DX, BX, SP, BP, SI, DI, R8, R9, R10, R11, R12, R13, R14, R15 = range(16)

CONDITIONS = {0x2: "b", 0x3: "ae", 0x4: "e", 0x5: "ne", 0x6: "be", 0x7: "a", 0x8: "s", 0x9: "ns",
              0xc: "l", 0xd: "ge", 0xe: "le", 0xf: "g"}

# How operands are encoded. E is what ModRM's mod and rm name, a register or memory; G is the
# register in its reg field; M is memory alone; O is the register in the opcode's last three bits.
# I8 is an immediate of 8 bits, sign-extended; IZ one of 32 bits, sign-extended; C8 a count of 8
# bits; J8 and J32 are distances from the end of the instruction; ONE is the number 1 that the opcode
# stands for; E8 is E with 8 bits.
# "/digit" is the value that reg must have then.
Form = namedtuple("Form", "name opcode extension operands width encoder")


def _arithmetic(name, number, encoder):
    """The six encodings of an operation of the group that begins with ADD."""
    rows = [Form(name, 8 * number + 1, None, "EG", 0, encoder),
            Form(name, 8 * number + 3, None, "GE", 0, encoder),
            Form(name, 0x81, number, ("E", "IZ"), 0, encoder),
            Form(name, 0x83, number, ("E", "I8"), 0, encoder)]
    return rows


# width: 0 is 32 or, with REX.W, 64 bits; 64 is 64 bits always. encoder: whether
# guest/translate/x86.c can write it.
FORMS = (
    _arithmetic("add", 0, True) + _arithmetic("or", 1, True) + _arithmetic("and", 4, True) +
    _arithmetic("sub", 5, True) + _arithmetic("xor", 6, True) + _arithmetic("cmp", 7, True) + [
        Form("mov", 0x89, None, "EG", 0, True),
        Form("mov", 0x8b, None, "GE", 0, True),
        Form("mov", 0xb8, None, ("O", "IZ"), 32, True),
        Form("mov", 0xc7, 0, ("E", "IZ"), 0, True),
        Form("lea", 0x8d, None, "GM", 0, True),
        Form("test", 0x85, None, "EG", 0, True),
        Form("test", 0xf7, 0, ("E", "IZ"), 0, True),
        Form("neg", 0xf7, 3, "E", 0, True),
        Form("shl", 0xc1, 4, ("E", "C8"), 0, True),
        Form("shr", 0xc1, 5, ("E", "C8"), 0, True),
        Form("bt", 0x0fa3, None, "EG", 0, True),
        Form("jmp", 0xff, 4, "E", 64, True),
        Form("jmp", 0xe9, None, ("J32",), 64, True),
        Form("jcc", 0x0f80, None, ("J32",), 64, True),
        Form("ret", 0xc3, None, (), 64, True),
        Form("sar", 0xc1, 7, ("E", "C8"), 0, False),
        Form("shl", 0xd1, 4, ("E", "ONE"), 0, False),
        Form("shr", 0xd1, 5, ("E", "ONE"), 0, False),
        Form("sar", 0xd1, 7, ("E", "ONE"), 0, False),
        Form("not", 0xf7, 2, "E", 0, False),
        Form("setcc", 0x0f90, None, ("E8",), 8, False),
        Form("movzx", 0x0fb6, None, ("G", "E8"), 0, False),
        Form("jmp", 0xeb, None, ("J8",), 64, False),
        Form("jcc", 0x70, None, ("J8",), 64, False),
        Form("nop", 0x90, None, (), 64, False),
        Form("nop", 0x0f1f, 0, "E", 0, False),
    ])

Register = namedtuple("Register", "number width")
Memory = namedtuple("Memory", "base index scale displacement width")  # None: no base, no index
Immediate = namedtuple("Immediate", "value width")  # value as an unsigned number of width bits


class Unknown(Exception):
    """Bytes that are not an instruction of the list."""


class Instruction(namedtuple("Instruction", "address length form condition width operands")):
    """operands: in the SDM's order, the destination first; a jump's target is an Immediate."""

    @property
    def name(self):
        return self.form.name

    @property
    def end(self):
        return self.address + self.length

    def __str__(self):
        return text(self)


def _signed(value, bits):
    return value - (1 << bits) if value >> (bits - 1) else value


class _Bytes:
    """Bytes that are read one after the other."""

    def __init__(self, data, address):
        self.data, self.address, self.used = data, address, 0

    def take(self, count):
        if self.used + count > len(self.data):
            raise Unknown("the code ends within an instruction at %#x" % self.address)
        value = int.from_bytes(self.data[self.used:self.used + count], "little")
        self.used += count
        return value


def _memory(code, rex, mode, rm, width):
    """The memory operand of a ModRM byte with this mode and rm."""
    index, scale, base = None, 0, rm | (rex & 1) << 3
    if rm == 4:
        sib = code.take(1)
        number = sib >> 3 & 7 | (rex & 2) << 2
        index, scale = (None if number == SP else number), sib >> 6
        base = sib & 7 | (rex & 1) << 3
        if mode == 0 and base & 7 == BP:
            return Memory(None, index, scale, _signed(code.take(4), 32), width)
    elif mode == 0 and rm == BP:
        raise Unknown("an address relative to rip at %#x" % code.address)
    displacement = 0 if mode == 0 else _signed(code.take(1), 8) if mode == 1 else \
        _signed(code.take(4), 32)
    return Memory(base, index, scale, displacement, width)


def _find(opcode, extension):
    for form in FORMS:
        matches = opcode & ~7 == form.opcode if "O" in form.operands else \
            opcode & ~15 == form.opcode and opcode & 15 in CONDITIONS \
            if form.name in ("jcc", "setcc") else opcode == form.opcode
        if matches and form.extension in (None, extension):
            return form
    return None


def _operand(kind, code, rex, modrm, opcode, width, operand):
    if kind == "G":
        return Register(modrm >> 3 & 7 | (rex & 4) << 1, width)
    if kind == "O":
        return Register(opcode & 7 | (rex & 1) << 3, width)
    if kind == "E8" and isinstance(operand, Register):
        if operand.number in (SP, BP, SI, DI) and not rex:
            raise Unknown("a register of the second byte at %#x" % code.address)
        return Register(operand.number, 8)
    if kind in ("E", "M", "E8"):
        return operand if kind != "E8" else operand._replace(width=8)
    if kind in ("J8", "J32"):
        bits = int(kind[1:])
        distance = _signed(code.take(bits // 8), bits)
        return Immediate((code.address + code.used + distance) % (1 << 64), 64)
    if kind == "ONE":
        return Immediate(1, width)
    if kind == "C8":
        return Immediate(code.take(1), 8)
    bits = 8 if kind == "I8" else 32
    return Immediate(_signed(code.take(bits // 8), bits) % (1 << width), width)


def decode(data, address):
    """The instruction at the start of data, which lies at address. Raises Unknown."""
    code = _Bytes(data, address)
    byte = code.take(1)
    padding = False
    while byte in (0x66, 0x2e):  # only before what does nothing
        padding, byte = True, code.take(1)
    rex = 0
    if byte & 0xf0 == 0x40:
        rex, byte = byte, code.take(1)
    opcode = 0x0f00 | code.take(1) if byte == 0x0f else byte
    following = code.data[code.used] if code.used < len(code.data) else 0
    form = _find(opcode, following >> 3 & 7)
    if form is None or (padding and form.name != "nop"):
        raise Unknown("%s at %#x is no instruction of the list" %
                      (bytes(data[:8]).hex(), address))
    width = form.width or (64 if rex & 8 else 32)
    if form.width == 32 and rex & 8 or form.name == "nop" and opcode == 0x90 and rex & 1:
        raise Unknown("REX does not go with the opcode at %#x" % address)
    modrm = operand = None
    if any(kind in ("E", "M", "G", "E8") for kind in form.operands):
        modrm = code.take(1)
        mode, rm = modrm >> 6, modrm & 7
        if mode == 3:
            operand = Register(rm | (rex & 1) << 3, width)
        else:
            operand = _memory(code, rex, mode, rm, width)
        if "M" in form.operands and mode == 3:
            raise Unknown("lea of a register at %#x" % address)
        if form.name == "bt" and mode != 3:
            raise Unknown("bt of memory, which reaches beyond its operand, at %#x" % address)
    operands = tuple(_operand(kind, code, rex, modrm, opcode, width, operand)
                     for kind in form.operands)
    condition = CONDITIONS[opcode & 15] if form.name in ("jcc", "setcc") else None
    return Instruction(address, code.used, form, condition, width, operands)


def _operand_text(operand, name):
    if isinstance(operand, Register):
        if operand.width == 8:
            low = NAMES64[operand.number][1:]
            return NAMES64[operand.number] + "b" if operand.number >= 8 else \
                low[0] + "l" if low.endswith("x") else low + "l"
        return (NAMES64 if operand.width == 64 else NAMES32)[operand.number]
    if isinstance(operand, Immediate):
        return "%#x" % operand.value
    size = {64: "QWORD PTR ", 32: "DWORD PTR ", 8: "BYTE PTR "}[operand.width]
    parts = [NAMES64[operand.base]] if operand.base is not None else []
    if operand.index is not None:
        parts.append("%s*%d" % (NAMES64[operand.index], 1 << operand.scale))
    displacement = operand.displacement
    inner = "+".join(parts)
    if not parts:
        inner = "ds:%#x" % (displacement % (1 << 64))
    elif displacement:
        inner += "%s%#x" % ("-" if displacement < 0 else "+", abs(displacement))
    return ("" if name == "lea" else size) + "[%s]" % inner if parts else size + inner


def text(instruction):
    """The instruction in the syntax of `objdump -M intel`."""
    name = instruction.name
    if name in ("jcc", "setcc"):
        name = name[:-2] + instruction.condition
    if name == "nop":
        return name
    operands = ",".join("1" if kind == "ONE" else _operand_text(operand, name)
                        for kind, operand in zip(instruction.form.operands, instruction.operands))
    return (name + " " + operands).strip()
