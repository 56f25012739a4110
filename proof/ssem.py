"""T-next: what one instruction of the SSEM does, as equations between terms.

Written from the definition in Burton's Programmer's Reference Manual: CI is incremented, PI is the
word that it then names, the function is in bits 13 to 15 and the line in bits 0 to 4 of PI, and
CI, a line number, has 5 bits. Written apart from src/ssem/step.c, which engines.py proves equal.
"""

from collections import namedtuple

import z3

from machine import select

LINES = 32
JMP, JRP, LDN, STO, SUB, SUB5, CMP, STP = range(8)
MNEMONICS = ["JMP", "JRP", "LDN", "STO", "SUB", "SUB", "CMP", "STP"]

State = namedtuple("State", "store a ci")  # 32 terms of 32 bits, one of 32 bits, one of 5 bits
Next = namedtuple("Next", "state stop")    # stop: whether PI was STP


def written(store, line, word):
    """The store with another word in a line."""
    line = z3.simplify(line)
    if z3.is_bv_value(line):
        return [word if i == line.as_long() else old for i, old in enumerate(store)]
    return [z3.If(line == i, word, old) for i, old in enumerate(store)]


def function_of(word):
    return z3.simplify(z3.Extract(15, 13, word))


def operand_of(word):
    return z3.simplify(z3.Extract(4, 0, word))


def text(word):
    """The instruction that a number stands for, in the mnemonics of the manual."""
    function = word >> 13 & 7
    return MNEMONICS[function] + ("" if function in (CMP, STP) else " %d" % (word & 31))


def obey(state, functions=range(8), pi=None):
    """T-next. functions: the only ones that PI can have, and pi: what PI is, if more is known than the
    terms of the state show."""
    ci = z3.simplify(state.ci + 1)
    if pi is None:
        pi = z3.simplify(select(state.store, ci))
    function, n = function_of(pi), operand_of(pi)
    operand = z3.simplify(select(state.store, n))

    possible = [function.as_long()] if z3.is_bv_value(function) else list(functions)

    def choose(cases, otherwise):
        """The value of the case whose function it is."""
        value = cases.get(possible[0], otherwise)
        for number in possible[1:]:
            other = cases.get(number, otherwise)
            value = value if other is value else z3.If(function == number, other, value)
        return value

    difference = state.a - operand
    a = choose({LDN: -operand, SUB: difference, SUB5: difference}, state.a)
    ci = choose({JMP: z3.Extract(4, 0, operand), JRP: ci + z3.Extract(4, 0, operand),
                 CMP: z3.If(state.a < 0, ci + 1, ci)}, ci)
    store = state.store
    if STO in possible:
        store = [choose({STO: new}, old)
                 for new, old in zip(written(state.store, n, state.a), state.store)]
    return Next(State([z3.simplify(word) for word in store], z3.simplify(a), z3.simplify(ci)),
                z3.BoolVal(possible[0] == STP) if len(possible) == 1
                else z3.simplify(function == STP))
