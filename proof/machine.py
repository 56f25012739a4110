"""A machine whose registers, flags and memory hold terms: what symbolic execution works on."""

import z3

import x86


class Refused(Exception):
    """The code does what it must not do. when: Bools that can all be true, and then it does; None if
    it always does. at: the address of the instruction, if it is one that does it."""

    def __init__(self, message, when=None):
        super().__init__(message)
        self.when, self.at = when, None


class Open(Exception):
    """What was to be proven is neither proven nor refuted; the message says why."""


def number(value, bits):
    return z3.BitVecVal(value, bits)


def low(term, bits):
    """The low bits of a term."""
    return term if term.size() == bits else z3.Extract(bits - 1, 0, term)


def zero_extend(term, bits):
    return term if term.size() == bits else z3.ZeroExt(bits - term.size(), term)


def value_of(term):
    """The number that a term is, or None."""
    term = z3.simplify(term)
    return term.as_long() if z3.is_bv_value(term) else None


def select(words, index):
    """The word that index, a term, selects; the last one if there are fewer."""
    index = z3.simplify(index)
    if z3.is_bv_value(index):
        return words[min(index.as_long(), len(words) - 1)]
    for bit in range(index.size()):
        if len(words) == 1:
            break
        one = z3.simplify(z3.Extract(bit, bit, index) == 1)
        words = words + words[-1:] * (len(words) % 2)
        words = [above if z3.is_true(one) else
                 below if z3.is_false(one) or below.eq(above) else z3.If(one, above, below)
                 for below, above in zip(words[0::2], words[1::2])]
    return words[0]


class Machine:
    """regs: 16 terms of 64 bits. flags: C, Z, S and O, each a Bool, or None while it is undefined or
    nothing is known of it. path: what is true because the code went this way. memory: reads and
    writes; copy() must give one that is written alone."""

    def __init__(self, memory, prefix=""):
        self.regs = [z3.BitVec(prefix + name, 64) for name in x86.NAMES64]
        self.flags = dict.fromkeys("CZSO")
        self.memory = memory
        self.path = []

    def copy(self):
        other = Machine.__new__(Machine)
        other.regs, other.flags = list(self.regs), dict(self.flags)
        other.memory, other.path = self.memory.copy(), list(self.path)
        return other

    def address(self, operand):
        """The address that a memory operand names."""
        term = number(operand.displacement % (1 << 64), 64)
        if operand.base is not None:
            term = self.regs[operand.base] + term
        if operand.index is not None:
            term = term + (self.regs[operand.index] << operand.scale)
        return z3.simplify(term)

    def get(self, operand):
        """The value of an operand, with as many bits as it has."""
        if isinstance(operand, x86.Register):
            return low(self.regs[operand.number], operand.width)
        if isinstance(operand, x86.Immediate):
            return number(operand.value, operand.width)
        return self.memory.read(self, self.address(operand), operand.width)

    def put(self, operand, value):
        """Writing 32 bits of a register clears the others (SDM vol. 1, 3.4.1.1); 8 bits do not."""
        value = z3.simplify(value)
        if isinstance(operand, x86.Memory):
            self.memory.write(self, self.address(operand), value)
        elif operand.width == 8:
            old = self.regs[operand.number]
            self.regs[operand.number] = z3.simplify(z3.Concat(z3.Extract(63, 8, old), value))
        else:
            self.regs[operand.number] = z3.simplify(zero_extend(value, 64))

    def flag(self, name):
        if self.flags[name] is None:
            raise Refused("flag %sF is used, which is undefined" % name)
        return self.flags[name]
