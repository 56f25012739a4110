"""What is known at a cut of where the code keeps T's A and lines: facts, each a pair of a place and what
it holds.

A place is a register, a line of the store in memory, a flag, or a line of T itself. What it holds is a
word of T, A or a line, or the negative of one; a flag, something about A. Code may keep a line in a
register, or A's negative; and a line in memory that is written before anyone looks need not be T's.
Facts are found and proven where code comes to a cut, and no more is known from there on.
"""

import z3

import ssem
import x86
from machine import low, zero_extend

REGISTER, LINE, FLAG, OF_T = "register", "line", "flag", "T"
A = "A"  # among words; a line is its number
MOST_TRIED = 10  # questions about one register that does not look like a word
INT_MIN = 1 << 31

# What flags may say of a word, by the text of the fact.
FLAGS = {
    "S": {"< 0": lambda word: word < 0, ">= 0": lambda word: word >= 0},
    "Z": {"= 0": lambda word: word == 0},
    "C": {"!= 0": lambda word: word != 0},
    "O": {"never": lambda word: z3.BoolVal(False), "= INT_MIN": lambda word: word == INT_MIN},
}


def _sum(term):
    """The term in a form that two equal sums have in common."""
    return z3.simplify(term, som=True)


def _words(state):
    """What a place may hold: pairs of (word, whether it is negated) and a term."""
    for word, term in [(A, state.a)] + list(enumerate(state.store)):
        yield (word, False), _sum(term)
        yield (word, True), _sum(-term)


def _free(kept):
    return [i for i in range(16) if i not in kept and i != x86.SI]


def _in_register(solver, machine, term, words):
    """The words that the term of a register is, if it does not look like one."""
    if z3.is_const(term):
        return
    possible = list(words)
    for _ in range(MOST_TRIED):
        if not possible:
            return
        word, other = possible.pop(0)
        model = solver.refute(machine.path, term == other)
        if model is None:
            yield word
        else:
            value = model.eval(term, model_completion=True)
            possible = [(word, other) for word, other in possible
                        if model.eval(other, model_completion=True).eq(value)]


def find(solver, machine, state, guards, kept):
    """The facts that hold of machine beside T's state. guards: lines that may have been found to hold A
    by comparison. kept: registers that never change."""
    words, found, by_id = list(_words(state)), set(), {}
    for word, term in words:
        by_id.setdefault(term.get_id(), []).append(word)

    for i in _free(kept):
        term = z3.simplify(machine.regs[i])
        if not z3.is_true(z3.simplify(z3.Extract(63, 32, term) == 0)):
            continue
        term = _sum(low(term, 32))
        same = by_id.get(term.get_id()) or list(_in_register(solver, machine, term, words))
        found.update(((REGISTER, i), word) for word in same)
    for i, term in enumerate(machine.memory.store):
        same = by_id.get(_sum(term).get_id(), [])
        if (i, False) not in same and solver.holds(machine.path, term == state.store[i]):
            same = same + [(i, False)]
        found.update(((LINE, i), word) for word in same)
    for i, term in enumerate(state.store):
        same = by_id[_sum(term).get_id()]
        found.update(((OF_T, i), word) for word in same if word[0] == A or word[0] < i)
        if (A, False) not in same and guards >> i & 1 and \
                solver.holds(machine.path, term == state.a):
            found.add(((OF_T, i), (A, False)))
    return frozenset(found).union(_of_flags(solver, machine, found, dict(words)))


def _of_flags(solver, machine, found, words):
    """Facts about flags, each of one word of those that registers hold."""
    in_registers = {}
    for (kind, place), what in found:
        if kind == REGISTER:
            in_registers[place] = min(what, in_registers.get(place, what), key=str)
    of_a = in_registers.get(x86.AX) == (A, False)
    for name in "S" if of_a else FLAGS:
        flag = machine.flags[name]
        candidates = [(text, (word, negated)) for word, first in sorted(set(in_registers.values()), key=str)
                      for negated in (first, not first) for text in FLAGS[name]]
        for text, word in candidates if flag is not None else []:
            if solver.holds(machine.path, flag == FLAGS[name][text](words[word])):
                yield (FLAG, name), (text, word)
                break


def apply(known, machine, state, kept):
    """Makes of machine and state, of which the words that are relied on are all that is known, any that
    the facts hold of. state.store is changed in place."""
    held = {}
    for place, what in sorted(known, key=str):
        held.setdefault(place, []).append(what)

    for i in range(ssem.LINES):
        for word, negated in sorted(held.get((OF_T, i), []), key=str):
            same = state.a if word == A else state.store[word]
            same = _sum(-same if negated else same)
            if state.store[i].eq(z3.BitVec("S%d" % i, 32)):
                state.store[i] = same
            elif not state.store[i].eq(same):
                machine.path.append(state.store[i] == same)
    terms = dict(_words(state))

    def choose(place, first, unknown):
        """The term of the place; first is preferred."""
        what = held.get(place, [])
        if not what:
            return z3.FreshConst(z3.BitVecSort(32), unknown)
        chosen = terms[first if first in what else what[0]]
        machine.path.extend(chosen == terms[word] for word in what if not terms[word].eq(chosen))
        return chosen

    for i in _free(kept):
        if (REGISTER, i) in held:
            machine.regs[i] = zero_extend(choose((REGISTER, i), (A, False), "any"), 64)
        else:
            machine.regs[i] = z3.FreshConst(z3.BitVecSort(64), x86.NAMES64[i])
    machine.memory.store = [choose((LINE, i), (i, False), "stale%d" % i)
                            for i in range(ssem.LINES)]
    for name in FLAGS:
        for text, word in held.get((FLAG, name), []):
            says = FLAGS[name][text](terms[word])
            if machine.flags[name] is None:
                machine.flags[name] = says
            else:
                machine.path.append(machine.flags[name] == says)
