"""Proves a block of translated code right for every state.

The theorem. Enter the block with any A, any store in which the lines it depends on hold what they
held, any budget, and with a mask of lines to guard that has all of those lines and none that the
block writes without a look. Then, wherever it leaves, it has taken as many instructions off the
budget as T-next must be applied to give the store and A that it leaves; the line that it goes on
with or returns is T's; a returned STP is one, and a returned budget is less than the block takes;
no guarded line has changed; and it has accessed nothing but the store and changed no register that
its caller relies on. It obeys something, or leaves for the engine to obey.

The block is executed symbolically, and cut between two SSEM instructions: from there on nothing is
known but what is relied upon and what facts.py finds of where the code keeps T's A and lines. So no
question to the solver is about more than a few instructions. A cut may forget too much; a block that
is refused with cuts is tried once more without any, which decides.
"""

import copy
import random
from collections import namedtuple

import z3

import facts
import ssem
import x86
from execute import walk
from machine import Machine, Open, Refused, low, number, select, value_of, zero_extend
from memory import Memory

# enum area_why of guest/translate/area.h
STP, BUDGET, MISSING, STEP = range(4)
WHYS = ["STP", "budget", "missing", "step"]
# Registers that a block must not change.
KEPT = (x86.BX, x86.SP, x86.BP, x86.DI, x86.R8, x86.R12, x86.R13, x86.R14, x86.R15)

BABY, LEFT, GUARDED = z3.BitVec("baby", 64), z3.BitVec("left", 64), z3.BitVec("guarded", 32)
ROUTINE = 64  # bytes from one routine of an area to the next
UNCUT_SECONDS = 20  # for a block without cuts
STORES_TRIED = 8    # of a block that is not proven in its time

# The state at a cut, with the number of instructions obeyed before it. entered: whether they have
# been taken off the budget.
Cut = namedtuple("Cut", "entered obeyed machine state")


def any_store(words, prefix="S"):
    """A store of which only these words are known."""
    return [number(words[i], 32) if i in words else z3.BitVec("%s%d" % (prefix, i), 32)
            for i in range(ssem.LINES)]


class Prover:
    """Proves one block; ways is the number of ways out that it has checked then."""

    def __init__(self, block, solver, cut=True):
        self.block, self.solver, self.translation = block, solver, block.translation
        self.ways, self.cut = 0, cut
        self.kept = list(z3.BitVecs(" ".join("kept_" + name for name in x86.NAMES64), 64))
        self.kept[x86.DI] = BABY
        self.kept[x86.R8] = z3.Concat(z3.BitVec("guarded_high", 32), GUARDED)
        self.hypotheses = []
        if not self.translation.checks:
            self.hypotheses = [GUARDED & block.depends == block.depends,
                               GUARDED & block.stores == 0]

    # States.

    def guarded(self, line):
        """Whether a line must not change."""
        if self.translation.checks:
            return z3.BoolVal(bool(self.translation.depended >> line & 1))
        return z3.Extract(line, line, GUARDED) == 1

    def _machine(self, state, left):
        machine = Machine(Memory(self.solver, BABY, state.store))
        machine.regs = [self.kept[i] if i in KEPT else z3.FreshConst(z3.BitVecSort(64), name)
                        for i, name in enumerate(x86.NAMES64)]
        machine.regs[x86.AX] = zero_extend(state.a, 64)
        machine.regs[x86.SI] = left
        machine.path = list(self.hypotheses)
        return machine

    def _ci_before(self, index):
        return number((self.block.lines[index] - 1) % ssem.LINES, 5)

    def _at_entry(self):
        state = ssem.State(any_store(self.block.words), z3.BitVec("A", 32), self._ci_before(0))
        return Cut(False, 0, self._machine(state, LEFT), state)

    def _at_cut(self, index, known):
        """Before the instruction of that index, where these facts are known."""
        block = self.block
        state = ssem.State(any_store(block.words), z3.BitVec("A", 32), self._ci_before(index))
        machine = self._machine(state, LEFT - block.count)
        machine.path.append(z3.UGE(LEFT, block.count))
        facts.apply(known, machine, state, KEPT)
        return Cut(True, index, machine, state)

    # T beside the code.

    def _after(self, cut, machine, steps):
        """The state of T so many instructions after the cut, and whether the last was an STP.
        Whether it stopped earlier goes among the claims."""
        state, stop, claims = cut.state, z3.BoolVal(False), []
        for step in range(steps):
            claims.append(("no STP is passed over", z3.Not(stop)))
            pi = z3.simplify(select(state.store, z3.simplify(state.ci + 1)))
            functions = range(8)
            if not z3.is_bv_value(pi):
                meant = z3.Concat(ssem.function_of(pi), ssem.operand_of(pi))
                meanings = self.solver.values(machine.path, meant, 1)
                if meanings:
                    pi = number(meanings[0] >> 5 << 13 | meanings[0] & 31, 32)
                else:
                    functions = self.solver.values(machine.path, ssem.function_of(pi), 8)
            state, stop = ssem.obey(state, functions or range(8), pi)
        return state, stop, claims

    def _keeps(self, machine, cut):
        """That the code has kept what it must keep since the cut."""
        claims = [("line %d is guarded, and has not changed" % i,
                   z3.Implies(self.guarded(i), after == before))
                  for i, (after, before) in enumerate(zip(machine.memory.store,
                                                          cut.machine.memory.store))
                  if not after.eq(before)]
        return claims + [("%s is kept" % x86.NAMES64[i], machine.regs[i] == self.kept[i])
                         for i in KEPT if not machine.regs[i].eq(self.kept[i])]

    def _same(self, machine, cut, state):
        """That the code's state is T's, and that it has kept what it must keep."""
        claims = [("A is T's", machine.regs[x86.AX] == zero_extend(state.a, 64))]
        claims += [("line %d is T's" % i, a == b)
                   for i, (a, b) in enumerate(zip(machine.memory.store, state.store))
                   if not a.eq(b)]
        return claims + self._keeps(machine, cut)

    def _first_wrong(self, machine, claims):
        """Text and claim of one that does not hold, or None."""
        claims = [(text, z3.simplify(claim)) for text, claim in claims]
        claims = [(text, claim) for text, claim in claims if not z3.is_true(claim)]
        if not claims:
            return None
        model = self.solver.refute(machine.path, z3.And(*[claim for _, claim in claims]))
        if model is None:
            return None
        for text, claim in claims:
            if not z3.is_true(model.eval(claim, model_completion=True)):
                return text, claim
        raise Open("a model that is none")

    # Cuts.

    def _arrives(self, cut, machine, address):
        """The index of the instruction before which the code is, with what is known there; None if T
        is not provably there as well."""
        block = self.block
        if value_of(machine.regs[x86.SI] - LEFT) != -block.count % (1 << 64):
            return None
        for index in range(cut.obeyed + cut.entered, block.count):
            if block.marks[index] != address:
                continue
            state, stop, claims = self._after(cut, machine, index - cut.obeyed)
            claims += self._keeps(machine, cut)
            claims += [("line %d holds what it held" % line, state.store[line] == word)
                       for line, word in block.words.items()]
            claims += [("it goes on", z3.Not(stop)),
                       ("the budget is enough", z3.UGE(LEFT, block.count)),
                       ("the line is T's", state.ci == self._ci_before(index))]
            if self._first_wrong(machine, claims) is None:
                return index, facts.find(self.solver, machine, state, block.guards, KEPT)
        return None

    # Ways out.

    def _obeyed(self, cut, machine):
        """How many instructions have been taken off the budget."""
        obeyed = value_of(LEFT - machine.regs[x86.SI])
        if obeyed is None or not cut.obeyed <= obeyed <= self.block.count:
            raise Refused("what is taken off the budget is not what is obeyed", machine.path)
        return obeyed

    def _claim(self, machine, claims, obeyed):
        wrong = self._first_wrong(machine, claims)
        if wrong:
            raise Refused("after %s it is not true that %s" % (self._last(obeyed), wrong[0]),
                          machine.path + [z3.Not(wrong[1])])

    def _leaves(self, cut, machine, target):
        """Checks a way out: target is an address, or a term that is one."""
        self.ways += 1
        obeyed = self._obeyed(cut, machine)
        state, stop, claims = self._after(cut, machine, obeyed - cut.obeyed)
        claims += self._same(machine, cut, state)
        if isinstance(target, int) and target == self.translation.exit:
            claims += self._returns(machine, state, stop, obeyed)
        else:
            slot = self.translation.slots + \
                zero_extend(z3.simplify(state.ci + 1), 64) * self.translation.slot_size
            claims += [("it goes on at the slot of T's line", slot == target),
                       ("it does not go on after an STP", z3.Not(stop)),
                       ("something is obeyed", z3.BoolVal(obeyed > 0))]
        self._claim(machine, claims, obeyed)

    def _last(self, obeyed):
        """The last of so many instructions, in words."""
        if obeyed == 0:
            return "no instruction"
        line = self.block.lines.get(obeyed - 1)
        if line is None:
            return "instruction %d" % obeyed
        word = self.block.words.get(line)
        return "instruction %d, line %d, %s," % (
            obeyed, line, "any word" if word is None else ssem.text(word))

    def _returns(self, machine, state, stop, obeyed):
        """What is said to the engine: why it comes back and at which line."""
        said = value_of(z3.Extract(63, 8, machine.regs[x86.CX]))
        if said not in (STP, BUDGET, STEP):
            raise Refused("it comes back for no reason", machine.path)
        line = zero_extend(state.ci if said == STP else z3.simplify(state.ci + 1), 8)
        claims = [("the line that is returned is T's", low(machine.regs[x86.CX], 8) == line)]
        if said == STP:
            claims.append(("STP is obeyed", stop))
        else:
            claims.append(("it does not go on after an STP", z3.Not(stop)))
        if said == BUDGET:
            claims.append(("the budget is less than the block takes",
                           z3.And(z3.BoolVal(obeyed == 0), z3.ULT(LEFT, self.block.count))))
        return claims

    # The proof.

    def _ends(self, address):
        if self.cut and address in self.block.marks[:-1]:
            return True
        return address == self.translation.exit or self.translation.slot_of(address) is not None

    def _from(self, cut, start):
        """Executes from a cut. Returns the cuts that it comes to: pairs of an index and facts."""
        arrivals, todo = [], [(cut.machine, start)]
        while todo:
            machine, address = todo.pop()
            for way, target in walk(self.translation.code, self.solver, machine, address,
                                    self._ends):
                inside = isinstance(target, int) and target != self.translation.exit and \
                    self.translation.slot_of(target) is None
                arrival = self._arrives(cut, way, target) if inside else None
                if not isinstance(target, int):
                    self._leaves_somewhere(cut, way, target)
                elif not inside:
                    self._leaves(cut, way, target)
                elif arrival:
                    arrivals.append(arrival)
                else:
                    todo.append((way, target))
        return arrivals

    def _goes_to_routine(self, cut, machine, target):
        """A computed jump to a routine of the area: what area.py proves it right for. The instruction
        that it obeys has been taken off the budget."""
        self.ways += 1
        if self.translation.checks:
            raise Refused("a block of `static`, which guards nothing, has a routine obey a word",
                          machine.path)
        obeyed = self._obeyed(cut, machine)
        state, stop, claims = self._after(cut, machine, obeyed - 1 - cut.obeyed)
        ci = z3.simplify(state.ci + 1)
        pi = select(state.store, ci)
        routine = self.translation.functions + zero_extend(ssem.function_of(pi), 64) * ROUTINE
        claims += self._same(machine, cut, state)
        claims += [("no STP is passed over", z3.Not(stop)),
                   ("it goes to the routine of the function", target == routine),
                   ("the operand is T's",
                    machine.regs[x86.CX] == zero_extend(ssem.operand_of(pi), 64)),
                   ("the line is T's", machine.regs[x86.R9] == zero_extend(ci, 64))]
        self._claim(machine, claims, obeyed)

    def _leaves_somewhere(self, cut, machine, target):
        """A computed jump leads to a routine of the area, or to a slot."""
        routines = z3.And(z3.UGE(target, self.translation.functions),
                          z3.ULT(target, self.translation.slots))
        if self.solver.possible(machine.path + [routines]):
            self._goes_to_routine(cut, machine, target)
        else:
            self._leaves(cut, machine, target)

    def _prove(self):
        block, known = self.block, {}
        for index, found in self._from(self._at_entry(), block.start):
            known.setdefault(index, []).append(found)
        for index in range(block.count):
            if index in known:
                common = frozenset.intersection(*known[index])
                for later, found in self._from(self._at_cut(index, common), block.marks[index]):
                    known.setdefault(later, []).append(found)

    def _try_stores(self):
        """Where no answer was found for all stores: some, at random, and any A. One that is refused will do."""
        for seed in range(STORES_TRIED):
            chance, block = random.Random(seed), copy.copy(self.block)
            block.words = {line: chance.getrandbits(32) for line in range(ssem.LINES)}
            block.words.update(self.block.words)
            try:
                Prover(block, self.solver, cut=False)._prove()
            except Open:
                pass

    def prove(self):
        """Raises Refused or Open unless the block is right."""
        if not self.solver.possible(self.hypotheses):
            raise Refused("no mask guards what the block depends on and not what it stores to")
        try:
            self._prove()
        except Open:
            if self.cut:
                self._try_stores()
            raise
        except Refused as refused:
            if not self.cut:
                raise
            whole = Prover(self.block, self.solver.within(UNCUT_SECONDS), cut=False)
            try:
                whole.prove()
                self.ways = whole.ways
            except Open:
                raise refused from None
