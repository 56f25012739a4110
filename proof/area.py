"""Proves the routines of an area of translated code, for every state.

The theorems, one for each routine of guest/translate/area.c:
- enter goes to the slot that it is given, with A; exit returns A, line, reason and what is left, as
  struct area_return, to the caller.
- The routine of a function, given the line and operand of any word that has this function, obeys it
  as T-next does and goes on at the slot of T's next line; or it changes nothing, gives the one
  instruction back, and leaves for the engine to obey it. STP leaves as such. No guarded line changes.
- The slot of a line without a block changes nothing and leaves with that line as missing.
"""

import z3

import ssem
import x86
from blocks import BABY, GUARDED, KEPT, LEFT, MISSING, ROUTINE, STEP, STP, any_store
from execute import walk
from machine import Machine, Refused, low, number, zero_extend
from memory import Memory

SP, RETURN, SLOT = (z3.BitVec(name, 64) for name in ("sp", "return", "slot"))
ANY = [z3.BitVec("any_" + name, 64) for name in x86.NAMES64]


class Area:
    """Proves the routines of one translation; ways is the number of ways out that it has checked."""

    def __init__(self, translation, solver):
        self.translation, self.solver, self.ways = translation, solver, 0
        self.state = ssem.State(any_store({}), z3.BitVec("A", 32), z3.BitVec("CI", 5))

    def _machine(self, stack=False):
        memory = Memory(self.solver, BABY, self.state.store, {}, SP if stack else None,
                        {0: RETURN} if stack else {})
        machine = Machine(memory)
        machine.regs = list(ANY)
        machine.regs[x86.DI], machine.regs[x86.SI], machine.regs[x86.SP] = BABY, LEFT, SP
        machine.regs[x86.AX] = zero_extend(self.state.a, 64)
        machine.regs[x86.R8] = z3.Concat(z3.Extract(63, 32, ANY[x86.R8]), GUARDED)
        return machine

    def _ends(self, address):
        translation = self.translation
        return address == translation.exit or translation.slot_of(address) is not None

    def _ways(self, machine, address):
        for way, target in walk(self.translation.code, self.solver, machine, address, self._ends):
            self.ways += 1
            yield way, target

    def _prove(self, machine, before, state, claims, kept=KEPT):
        """That store and A are those of state, that registers are kept, and the claims."""
        claims = claims + [
            ("A is T's", machine.regs[x86.AX] == zero_extend(state.a, 64)),
            ("the store is T's", z3.And(*[a == b for a, b in zip(machine.memory.store, state.store)]))
        ] + [(x86.NAMES64[i] + " is kept", machine.regs[i] == before.regs[i]) for i in kept]
        for text, claim in claims:
            if not self.solver.holds(machine.path, claim):
                raise Refused("it is not true that " + text, machine.path + [z3.Not(claim)])

    def _said(self, machine, why, line):
        return ("reason and line are right", machine.regs[x86.CX] ==
                zero_extend(z3.Concat(number(why, 24), zero_extend(line, 8)), 64))

    def prove_enter(self):
        machine = self._machine()
        machine.regs[x86.AX] = ANY[x86.AX]
        machine.regs[x86.DX] = z3.Concat(z3.Extract(63, 32, ANY[x86.DX]), self.state.a)
        machine.regs[x86.CX] = SLOT
        for way, target in self._ways(machine, self.translation.enter):
            self._prove(way, machine, self.state, [
                ("it goes to the slot", SLOT == target), ("nothing is taken off the budget", way.regs[x86.SI] == LEFT)])

    def prove_exit(self):
        machine = self._machine(stack=True)
        said = z3.BitVec("said", 32)
        machine.regs[x86.CX] = zero_extend(said, 64)
        kept = [i for i in KEPT if i not in (x86.SP, x86.DI, x86.R8)]  # of the System V ABI
        for way, target in self._ways(machine, self.translation.exit):
            returned, way.regs[x86.AX] = way.regs[x86.AX], zero_extend(self.state.a, 64)
            self._prove(way, machine, self.state, [
                ("it returns", RETURN == target),
                ("A, line and reason are returned", returned == z3.Concat(said, self.state.a)),
                ("what is left is returned", way.regs[x86.DX] == LEFT),
                ("rsp is kept", way.regs[x86.SP] == SP + 8)], kept)

    def prove_missing(self, line):
        machine = self._machine()
        for way, target in self._ways(machine, self.translation.slot(line)):
            if target != self.translation.exit:
                raise Refused("a slot without a block does not leave")
            self._prove(way, machine, self.state, [
                self._said(way, MISSING, number(line, 5)), ("nothing is taken off the budget", way.regs[x86.SI] == LEFT)])

    def prove_function(self, function):
        """The line is any that CI can come to, the word any that has this function."""
        machine, translation = self._machine(), self.translation
        line, operand = z3.BitVec("line", 5), z3.BitVec("operand", 5)
        word = z3.Concat(z3.BitVec("high", 16), number(function, 3), z3.BitVec("middle", 8), operand)
        before = self.state._replace(
            store=ssem.written(self.state.store, line, word), ci=line - 1)
        machine.memory.store = list(before.store)
        machine.regs[x86.R9] = zero_extend(line, 64)
        machine.regs[x86.CX] = zero_extend(operand, 64)
        after, stop = ssem.obey(before, pi=word)
        for way, target in self._ways(machine, translation.functions + ROUTINE * function):
            guarded = [("guarded lines are kept", z3.Or(z3.Extract(i, i, GUARDED) == 0, new == old))
                       for i, (new, old) in enumerate(zip(way.memory.store, before.store))]
            if not isinstance(target, int):
                slot = translation.slots + zero_extend(after.ci + 1, 64) * translation.slot_size
                self._prove(way, machine, after, guarded + [
                    ("it goes on at the slot of T's line", target == slot),
                    ("it was no STP", z3.Not(stop)), ("nothing is taken off the budget", way.regs[x86.SI] == LEFT)])
            elif target != translation.exit:
                raise Refused("it leaves for %#x" % target)
            elif function == ssem.STP:
                self._prove(way, machine, after, guarded + [
                    self._said(way, STP, line), ("it was an STP", stop), ("nothing is taken off the budget", way.regs[x86.SI] == LEFT)])
            else:
                self._prove(way, machine, before, guarded + [
                    self._said(way, STEP, line), ("one instruction is given back", way.regs[x86.SI] == LEFT + 1)])

    def theorems(self):
        """Pairs of a name and a function that proves it, or raises Refused or Open."""
        yield "enter", self.prove_enter
        yield "exit", self.prove_exit
        for function, name in enumerate(ssem.MNEMONICS):
            yield "function %d, %s" % (function, name), lambda f=function: self.prove_function(f)
        translated = {block.line for block in self.translation.blocks}
        for line in sorted(set(range(ssem.LINES)) - translated):
            yield "no block of line %d" % line, lambda l=line: self.prove_missing(l)
