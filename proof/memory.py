"""The memory that code may use, in parts that do not overlap: struct baby, its own stack frame, and
constants of the image. Whatever else it reads or writes is refused."""

import z3

import ssem
from machine import Refused, low, number, select

STORE_SIZE = 4 * ssem.LINES
FIELD_A, FIELD_CI, FIELD_EXECUTED, BABY_SIZE = 128, 132, 136, 144  # guest/abi.h, struct baby
FRAME = 1024  # bytes below the first stack pointer that a function may use


def _mentions(term, constant):
    """Whether the constant occurs in the term."""
    seen, todo = set(), [term]
    while todo:
        term = todo.pop()
        if term.eq(constant):
            return True
        if term.get_id() not in seen:
            seen.add(term.get_id())
            todo.extend(term.children())
    return False


class Memory:
    """store: 32 terms, at the address `baby`. fields: the four words after it by their offset, {}
    where code has no business there. stack: words of 64 bits by their offset from `stack_at`, None
    where there is none. constants: read-only memory, pairs of an address and bytes.

    The parts are taken not to overlap: that is the caller's contract in C."""

    def __init__(self, solver, baby, store, fields=None, stack_at=None, stack=None, constants=()):
        self.solver, self.baby, self.store = solver, baby, list(store)
        self.fields, self.stack_at, self.stack = dict(fields or {}), stack_at, dict(stack or {})
        self.constants = constants
        self.last = None  # what was last written to the stack: an offset that is a term, and a value

    def copy(self):
        other = Memory(self.solver, self.baby, self.store, self.fields, self.stack_at, self.stack,
                       self.constants)
        other.last = self.last
        return other

    def _part(self, address):
        """Which part it is, and where in it."""
        for part, base in (("baby", self.baby), ("stack", self.stack_at)):
            if base is not None:
                offset = z3.simplify(address - base)
                if not _mentions(offset, base):
                    return part, offset
        return "constants", address

    def _line(self, machine, offset, width):
        """The line of the store that is at the offset, as a term of 5 bits."""
        if width != 32:
            raise Refused("%d bits of the store at once" % width)
        inside = z3.And(z3.ULT(offset, STORE_SIZE), z3.Extract(1, 0, offset) == 0)
        if not self.solver.holds(machine.path, inside):
            raise Refused("an access outside of the store", machine.path + [z3.Not(inside)])
        return z3.simplify(z3.Extract(6, 2, offset))

    def _field(self, offset, width):
        """The offsets of the words of a field, or None if it is in the store."""
        if not z3.is_bv_value(offset) or offset.as_long() < STORE_SIZE:
            return None
        offsets = list(range(offset.as_long(), offset.as_long() + width // 8, 4))
        if any(at not in self.fields for at in offsets):
            raise Refused("an access outside of the store")
        return offsets

    def _stack_cells(self, machine, offset):
        """The offsets that the term can be, the lowest first, and which of them it is."""
        cells = self._row(machine, offset)
        if cells is None:
            cells = self.solver.values(machine.path, offset, 64)
            if cells is None:
                raise Refused("an access that can be anywhere in the stack")
            cells = sorted(cell - (1 << 64) if cell >> 63 else cell for cell in cells)
        for cell in cells:
            if cell % 8 or not (-FRAME <= cell < 0 or cell in self.stack):
                raise Refused("an access outside of the function's own frame")
            if cell not in self.stack:
                self.stack[cell] = z3.FreshConst(z3.BitVecSort(64), "stack")
        return cells

    def _row(self, machine, offset):
        """The words of the stack that are 16 bytes apart, if the term must be one of them."""
        low_bits = z3.simplify(low(offset, 4))
        if z3.is_bv_value(offset) or not z3.is_bv_value(low_bits):
            return None
        row = sorted(cell for cell in self.stack if cell % 16 == low_bits.as_long())
        if not row or row != list(range(row[0], row[-1] + 1, 16)):
            return None
        inside = z3.And(offset >= row[0], offset <= row[-1])
        return row if self.solver.holds(machine.path, inside) else None

    def _read_stack(self, machine, offset, width):
        if width != 64:
            raise Refused("%d bits of the stack" % width)
        if self.last and self.last[0].eq(offset):
            return self.last[1]
        cells = self._stack_cells(machine, offset)
        value = self.stack[cells[-1]]
        if len(cells) > 1 and cells == list(range(cells[0], cells[-1] + 1, 16)):
            index = z3.Extract(9, 4, z3.simplify(offset - cells[0]))
            return z3.simplify(select([self.stack[cell] for cell in cells], index))
        for cell in cells[:-1]:
            value = z3.If(offset == cell, self.stack[cell], value)
        return value

    def _write_stack(self, machine, offset, value):
        if value.size() != 64:
            raise Refused("%d bits of the stack" % value.size())
        cells = self._stack_cells(machine, offset)
        for cell in cells:
            self.stack[cell] = value if len(cells) == 1 else z3.simplify(
                z3.If(offset == cell, value, self.stack[cell]))
        self.last = None if len(cells) == 1 else (offset, value)

    def _constant(self, address, width):
        for start, data in self.constants:
            if start <= address and address + width // 8 <= start + len(data):
                at = address - start
                return number(int.from_bytes(data[at:at + width // 8], "little"), width)
        raise Refused("a read from %#x" % address)

    def read(self, machine, address, width):
        part, offset = self._part(address)
        if part == "baby":
            field = self._field(offset, width)
            if field is None:
                return select(self.store, self._line(machine, offset, width))
            words = [self.fields[at] for at in field]
            return words[0] if len(words) == 1 else z3.Concat(words[1], words[0])
        if part == "stack":
            return self._read_stack(machine, offset, width)
        addresses = self.solver.values(machine.path, address, 64)
        if addresses is None:
            raise Refused("a read from anywhere")
        value = self._constant(addresses[0], width)
        for other in addresses[1:]:
            value = z3.If(address == number(other, 64), self._constant(other, width), value)
        return z3.simplify(value)

    def write(self, machine, address, value):
        part, offset = self._part(address)
        width = value.size()
        if part == "baby":
            field = self._field(offset, width)
            if field is None:
                line = self._line(machine, offset, width)
                self.store = [z3.simplify(word)
                              for word in ssem.written(self.store, line, value)]
            else:
                for i, at in enumerate(field):
                    self.fields[at] = z3.simplify(low(z3.LShR(value, 32 * i), 32))
        elif part == "stack":
            self._write_stack(machine, offset, value)
        else:
            raise Refused("a write to neither the store nor the stack")
