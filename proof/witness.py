"""Makes a refutation something to run: a state in which a block is wrong, as a program.

A block is refuted between two cuts, where nothing is known of how the state came about. So it is
executed once more without cuts, from its entry; and of all the states that the solver may choose
from, the one is taken that is most like the program. From that a program is made that comes to the
block in that state, and it is run on the engine and on `dispatch`, which shows the difference.
"""

import json
import subprocess

import z3

import ssem
from blocks import GUARDED, LEFT, Prover
from machine import Open, Refused

DELAY = 600            # turns of a loop, after which `dynamic` translates
MOST = 1 << 20         # of budget and of A, where they must be small
RUN_SECONDS = 20


class Witness:
    """A state at the entry of a block, in which it goes wrong: 32 words, A, the budget that is left, and
    the mask of guarded lines."""

    def __init__(self, block, message, store, a, left, guarded):
        self.block, self.message = block, message
        self.store, self.a, self.left, self.guarded = store, a, left, guarded

    def program(self):
        """The state as a program whose first instruction is the block's, and its limit."""
        return _program(self.store, self.a, self.block.line - 1), min(self.left, 10 ** 6)


def signed(word):
    """The number that a word stands for."""
    return word - (word >> 31 << 32)


def _program(store, a, ci):
    """A program as JSON, which keeps A and CI."""
    return json.dumps({"schema": "babyvisor/store/1", "store": [signed(word) for word in store], "a": signed(a),
                       "ci": ci % ssem.LINES})


def _uncut(block, solver):
    """The refutation of the whole block, if there is one in time."""
    try:
        Prover(block, solver, cut=False).prove()
    except Refused as refused:
        return refused
    return None


class _Choice:
    """A state that makes all of `when` true and as many wishes as possible, the first ones first."""

    def __init__(self, when, milliseconds):
        self.solver = z3.SolverFor("QF_BV")
        self.solver.set("timeout", milliseconds)
        self.solver.add(*(when or []))
        self.solver.check()

    def wish(self, *claims):
        """Whether the claims can be true as well; they are from now on if so."""
        self.solver.push()
        self.solver.add(*claims)
        if self.solver.check() == z3.sat:
            return True
        self.solver.pop()
        self.solver.check()
        return False

    def value(self, term):
        self.solver.check()
        return self.solver.model().eval(term, model_completion=True).as_long()


def _lines(block):
    """The term of each line in the questions about the block."""
    return [z3.BitVecVal(block.words[i], 32) if i in block.words else z3.BitVec("S%d" % i, 32)
            for i in range(ssem.LINES)]


def _state(block, refused, choice):
    """The state that is chosen now."""
    return Witness(block, str(refused), [choice.value(term) for term in _lines(block)],
                   choice.value(z3.BitVec("A", 32)), choice.value(LEFT), choice.value(GUARDED))


def _like_the_program(block, choice):
    """Wishes that everything be as it was in the run, and small."""
    choice.wish(z3.ULE(LEFT, MOST))
    for i, term in enumerate(_lines(block)):
        choice.wish(term == block.translation.store[i])
    choice.wish(GUARDED == block.translation.depended)
    choice.wish(z3.BitVec("A", 32) == 0)
    choice.wish(LEFT == block.count)


def find(block, solver):
    """A state in which the block goes wrong, or None if none is found."""
    try:
        refused = _uncut(block, solver)
    except Open:
        return None, None
    if refused is None:
        return None, None
    choice = _Choice(refused.when, solver.milliseconds)
    _like_the_program(block, choice)
    return _state(block, refused, choice), refused


def _loops(block, free):
    """Loops to put before the block, of lines that are free: (words by line, claims on A, first line,
    instructions). A falls by MOST with each turn, and is negative after the last one. One kind goes
    straight on to the block with what A is then; the other sets A, and jumps there."""
    a = z3.BitVec("A", 32)

    def loop(first, step, target):
        return {first: ssem.SUB << 13 | step, first + 1: ssem.CMP << 13,
                first + 2: ssem.JMP << 13 | target, step: MOST, target: first - 1}

    def fits(first, length):
        return all((first + i) % ssem.LINES in free for i in range(length))

    def spare(first, length, count):
        others = [i for i in free if (i - first) % ssem.LINES >= length]
        return others[:count] if len(others) >= count else None

    first = (block.line - 3) % ssem.LINES
    if fits(first, 3) and spare(first, 3, 2):
        yield loop(first, *spare(first, 3, 2)), [a == -MOST], first, 3 * DELAY + 2
    for first in range(ssem.LINES):
        if fits(first, 5) and spare(first, 5, 4):
            step, target, number, other = spare(first, 5, 4)
            words = loop(first, step, target)
            words.update({first + 3: ssem.LDN << 13 | number, first + 4: ssem.JMP << 13 | other,
                          other: block.line - 1, number: -a})
            yield words, [], first, 3 * DELAY + 4


def _delayed(block, refused, solver):
    """Programs that come to the block after a loop, for `dynamic`, which translates nothing of a
    program before it has run for a while."""
    lines = _lines(block)
    free = [i for i in range(ssem.LINES) if i not in block.words]
    for words, claims, first, executed in _loops(block, free):
        choice = _Choice(refused.when, solver.milliseconds)
        if choice.wish(z3.ULE(LEFT, MOST), *claims, *[
                lines[i % ssem.LINES] == word for i, word in words.items()]):
            _like_the_program(block, choice)
            state = _state(block, refused, choice)
            yield _program(state.store, DELAY * MOST, first - 1), executed + state.left


def _run(babyvisor, engine, program, limit):
    """What a run ends with: everything but what depends on the engine; or how it failed."""
    answer = subprocess.run(
        [babyvisor, "run", "--backend=native", "--engine=" + engine, "--limit=%d" % limit,
         "--timeout=%d" % RUN_SECONDS, "--json", "-"],
        input=program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if answer.returncode not in (0, 1):
        return answer.stderr
    data = json.loads(answer.stdout)
    return [data.get(key) for key in ("store", "a", "ci", "executed", "stop")]


def show(witness, refused, solver, babyvisor):
    """A program and a limit with which two engines differ, or None."""
    block = witness.block
    candidates = [witness.program()] if block.translation.checks else \
        _delayed(block, refused, solver)
    for candidate in candidates:
        runs = [_run(babyvisor, engine, *candidate)
                for engine in (block.translation.engine, "dispatch")]
        if runs[0] != runs[1]:
            return candidate
    return None
