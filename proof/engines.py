"""Proves the loops of the interpreters, as the compiler left them in guest.elf, for every state.

An interpreter goes through a computed jump for each SSEM instruction. The places that these jumps
lead to are where its loop is cut. At each such place there is an invariant, which says what the
registers and the stack frame have to do with T, about to obey its next instruction. Nobody writes
it down: a list of facts that could be true is tried, and those that some way to the place does not
establish are dropped, until the rest holds by induction. Then what the engine returns is compared
with T. Wrong or missing facts cannot make a proof of what is not true; they can only fail to.
"""

from collections import namedtuple

import z3

import ssem
import x86
from execute import Code, walk
from machine import Machine, Open, Refused, number, select, zero_extend
from memory import FIELD_A, FIELD_CI, FIELD_EXECUTED, Memory

STOP_STP, STOP_LIMIT = 1, 2  # enum stop of guest/abi.h
SAVED = (x86.BX, x86.BP, x86.R12, x86.R13, x86.R14, x86.R15)  # System V ABI: the callee keeps them

BABY, SP, RETURN = (z3.BitVec(name, 64) for name in ("baby", "sp", "return"))
BUDGET = z3.BitVec("budget", 64)
ENTRY = [z3.BitVec("entry_" + name, 64) for name in x86.NAMES64]

# T, what is left of the budget, and the word that is obeyed next.
Ghost = namedtuple("Ghost", "state left pi")
# says(ghost, machine) is a Bool. places(ghost), if there is one, gives what makes it true when it is
# put into a machine: a list of (REGISTER or STACK, where, term); where is a register's number, or an
# offset from SP, which may be a term.
Fact = namedtuple("Fact", "text says places", defaults=[lambda ghost: []])
REGISTER, STACK = range(2)
NOT_FUNCTION = "PI does not have function %d"


def _ghost(state, left):
    return Ghost(state, left, z3.simplify(select(state.store, z3.simplify(state.ci + 1))))


def _any_state():
    store = [z3.BitVec("S%d" % i, 32) for i in range(ssem.LINES)]
    return ssem.State(store, z3.BitVec("A", 32), z3.BitVec("CI", 5))


def _register(number_of, text, term_of):
    """The fact that a register holds a term."""
    return Fact("%s = %s" % (x86.NAMES64[number_of], text),
                lambda ghost, machine: machine.regs[number_of] == term_of(ghost),
                lambda ghost: [(REGISTER, number_of, term_of(ghost))])


def _cell(offset, text, term_of):
    """The fact that a word of the stack holds a term."""
    return Fact("[sp%+d] = %s" % (offset, text),
                lambda ghost, machine: offset in machine.memory.stack and
                machine.memory.stack[offset] == term_of(ghost),
                lambda ghost: [(STACK, offset, term_of(ghost))])


# What a register may have to do with T: a text, a term, and whether some constant may be added.
_TERMS = [
    ("struct baby", lambda ghost: BABY, False),
    ("budget", lambda ghost: BUDGET, False),
    ("left - 1", lambda ghost: ghost.left - 1, False),
    ("A", lambda ghost: zero_extend(ghost.state.a, 64), False),
    ("CI + 1", lambda ghost: zero_extend(ghost.state.ci + 1, 64), False),
    ("PI", lambda ghost: zero_extend(ghost.pi, 64), False),
    ("line of PI", lambda ghost: zero_extend(ssem.operand_of(ghost.pi), 64), False),
    ("sp + 16 * (CI + 1)", lambda ghost: SP + 16 * zero_extend(ghost.state.ci + 1, 64), True),
    ("sp", lambda ghost: SP, True),
]


def _same(words, others):
    return z3.And(*[a == b for a, b in zip(words, others)])


class Engine:
    """One function of the image that keeps engine_run's contract. Its report is `ways`, the number of
    ways between the cuts, and `invariants`, by address."""

    def __init__(self, image, name, solver):
        self.solver, self.name = solver, name
        self.entry, self.size = image.symbols[name]
        self.code, self.constants = Code(image.segments), image.segments
        self.invariants, self.ways, self.pairs = {}, 0, None
        self.cells = {}     # what words of the stack held when they were first seen
        self.edges = set()  # from cut, to cut, instructions that T obeys on the way

    # The machine at a cut.

    def _machine(self, fields):
        stack = {0: RETURN}
        memory = Memory(self.solver, BABY, _any_state().store, fields, SP, stack, self.constants)
        machine = Machine(memory)
        machine.regs = list(ENTRY)
        machine.regs[x86.SP] = SP
        return machine

    def _at_entry(self):
        """The call: CI counts modulo 32, the rest of its word may be anything."""
        state = _any_state()
        fields = {FIELD_A: state.a,
                  FIELD_CI: z3.Concat(z3.BitVec("CI_high", 27), state.ci),
                  FIELD_EXECUTED: z3.BitVec("executed_low", 32),
                  FIELD_EXECUTED + 4: z3.BitVec("executed_high", 32)}
        machine = self._machine(fields)
        machine.regs[x86.DI], machine.regs[x86.SI] = BABY, BUDGET
        return machine, _ghost(state, BUDGET)

    def _at_cut(self, cut):
        """A machine of which no more is known than the cut's invariant."""
        ghost = _ghost(_any_state(), z3.BitVec("left", 64))
        fields = {at: z3.FreshConst(z3.BitVecSort(32), "field")
                  for at in (FIELD_A, FIELD_CI, FIELD_EXECUTED, FIELD_EXECUTED + 4)}
        machine = self._machine(fields)
        machine.regs = [z3.FreshConst(z3.BitVecSort(64), name) for name in x86.NAMES64]
        for fact in self.invariants[cut]:
            for kind, where, term in fact.places(ghost):
                if kind == REGISTER:
                    machine.regs[where] = z3.simplify(term)
                else:
                    machine.memory.write(machine, SP + where, z3.simplify(term))
        for fact in self.invariants[cut]:
            claim = z3.simplify(fact.says(ghost, machine))
            if not z3.is_true(claim):
                machine.path.append(claim)
        self.after = ssem.obey(ghost.state, [
            function for function in range(8)
            if all(fact.text != NOT_FUNCTION % function for fact in self.invariants[cut])])
        return machine, ghost

    def table(self):
        """The table of eight addresses that the function reads."""
        address = self.entry
        while address < self.entry + self.size:
            instruction = self.code.at(address)
            for operand in instruction.operands:
                if isinstance(operand, x86.Memory) and operand.base is None and operand.scale == 3:
                    machine = self._machine({})
                    return [machine.memory.read(
                        machine, number(operand.displacement + 8 * i, 64), 64) for i in range(8)]
            address = instruction.end
        raise Open("no table of routines in the function")

    # Facts.

    @staticmethod
    def _with_constant(text, term_of, ghost, value, model):
        """The term, plus the constant by which the value exceeds it in a state that the model is."""
        more = model.eval(value - term_of(ghost), model_completion=True).as_long()
        more -= (more >> 63) << 64
        return "%s %+d" % (text, more), lambda ghost: term_of(ghost) + number(more % (1 << 64), 64)

    def _candidates(self, machine, ghost):
        """All facts that may be worth a trial."""
        facts = [Fact("left > 0", lambda ghost, machine: ghost.left != 0)]
        for function in range(8):
            facts.append(Fact(NOT_FUNCTION % function,
                              lambda ghost, machine, function=function:
                              ssem.function_of(ghost.pi) != function))
        model = self.solver.model(machine.path)
        for i, value in enumerate(machine.regs):
            facts.append(_register(i, "as at entry", lambda ghost, i=i: ENTRY[i]))
            for text, term_of, has_constant in _TERMS:
                if has_constant:
                    text, term_of = self._with_constant(text, term_of, ghost, value, model)
                facts.append(_register(i, text, term_of))
        for at, value in machine.memory.stack.items():
            if z3.is_bv_value(value) or any(value.eq(term) for term in ENTRY + [RETURN]):
                self.cells.setdefault(at, value)
        facts += [_cell(at, str(value), lambda ghost, value=value: value)
                  for at, value in sorted(self.cells.items())]
        return facts + (self.pairs.facts() if self.pairs else [])

    def _keep_true(self, facts, machine, ghost):
        """Those of the facts that hold here."""
        claims = [(fact, fact.says(ghost, machine)) for fact in facts]
        claims = [(fact, z3.simplify(claim)) for fact, claim in claims if claim is not False]
        while True:
            claims = [(fact, claim) for fact, claim in claims if not z3.is_false(claim)]
            model = self.solver.refute(machine.path, z3.And(*[claim for _, claim in claims]))
            if model is None:
                return [fact for fact, _ in claims]
            claims = [(fact, claim) for fact, claim in claims
                      if z3.is_true(model.eval(claim, model_completion=True))]

    # Ways.

    def _advanced(self, machine, ghost):
        """What T has come to on the way, and whether by an instruction: when the code has counted
        one, T obeys one."""
        for steps in (1, 0):
            wanted = z3.simplify(ghost.left - (steps + 1))
            if any(value.eq(wanted) for value in machine.regs):
                break
        else:
            raise Open("no register counts the instructions that are left")
        return (_ghost(self.after.state, z3.simplify(ghost.left - 1)) if steps else ghost), steps

    def _prove(self, machine, claims, what):
        """Claims: pairs of a text and a Bool."""
        model = self.solver.refute(machine.path, z3.And(*[claim for _, claim in claims]))
        if model is None:
            return
        for text, claim in claims:
            if not z3.is_true(model.eval(claim, model_completion=True)):
                raise Refused("%s it is not true that %s" % (what, text), machine.path + [z3.Not(claim)])

    def _goes_on(self, machine, target, ghost):
        """A computed jump: cut there. Returns the cuts whose invariant this way has weakened."""
        targets = self.solver.values(machine.path, target, 64)
        if targets is None:
            raise Open("a jump to anywhere")
        weakened = []
        after, steps = self._advanced(machine, ghost)
        self._prove(machine, [
            ("the store is T's", _same(machine.memory.store, after.state.store)),
            ("T has not stopped", z3.Not(self.after.stop) if steps else z3.BoolVal(True)),
        ], "at a computed jump")
        self.pairs = self.pairs or Pairs.found_in(self, machine)
        general = self._keep_true(self._candidates(machine, after), machine, after)
        known = {fact.text for fact in general}
        for address in targets:
            if not self.entry <= address < self.entry + self.size:
                raise Refused("a jump out of the function, to %#x" % address,
                              machine.path + [target == address])
            way = machine.copy()
            way.path.append(target == number(address, 64))
            self.ways += 1
            self.edges.add((self.at, address, steps))
            facts = self.invariants.get(address) or self._candidates(way, after)
            kept = [fact for fact in facts if fact.text in known]
            kept += self._keep_true([fact for fact in facts if fact.text not in known], way, after)
            if address not in self.invariants or len(kept) < len(facts):
                self.invariants[address] = kept
                weakened.append(address)
        return weakened

    def _returns(self, machine, ghost, obeyed):
        """The end of the call: engine_run's contract."""
        after = self.after if obeyed else ssem.Next(ghost.state, z3.BoolVal(False))
        left = z3.simplify(ghost.left - obeyed)
        fields, why = machine.memory.fields, z3.Extract(31, 0, machine.regs[x86.AX])
        executed = z3.Concat(fields[FIELD_EXECUTED + 4], fields[FIELD_EXECUTED])
        claims = [
            ("the store is T's", _same(machine.memory.store, after.state.store)),
            ("A is T's", fields[FIELD_A] == after.state.a),
            ("CI is T's, modulo 32", fields[FIELD_CI] == zero_extend(after.state.ci, 32)),
            ("the count is T's", executed == BUDGET - left),
            ("the reason is T's", z3.If(after.stop, why == STOP_STP, z3.And(why == STOP_LIMIT, left == 0))),
            ("rsp is kept", machine.regs[x86.SP] == SP + 8),
        ] + [(x86.NAMES64[i] + " is kept", machine.regs[i] == ENTRY[i]) for i in SAVED]
        self.ways += 1
        self._prove(machine, claims, "at the return")

    def _from(self, machine, ghost, start, obeyed):
        weakened = []
        for way, target in walk(self.code, self.solver, machine, start, lambda address: False):
            if target.eq(RETURN):
                self._returns(way, ghost, obeyed)
            else:
                weakened += self._goes_on(way, target, ghost)
        return weakened

    def prove(self):
        """Raises Refused or Open unless the function keeps engine_run's contract."""
        self.at = self.entry
        todo = self._from(*self._at_entry(), self.entry, 0)
        while todo:
            cut = todo.pop(0)
            if cut not in todo:
                self.at = cut
                todo += self._from(*self._at_cut(cut), cut, 1)
        self._prove_ends()

    def _prove_ends(self):
        """Between two SSEM instructions there are finitely many jumps: no cycle of cuts obeys
        nothing."""
        free = {(a, b) for a, b, steps in self.edges if not steps}
        reached = {a for a, _ in free}
        for _ in range(len(self.invariants) + 1):
            reached = {b for a, b in free if a in reached}
        if reached:
            raise Refused("a cycle that obeys no instruction")


class Pairs:
    """The list that `predecoded` keeps on its stack: a pair of a routine and a line for each line of
    the store. Its invariant: a pair is to be decoded yet, or says what the line holds."""

    def __init__(self, first, decode, table):
        self.first, self.decode, self.table = first, decode, table

    @staticmethod
    def found_in(engine, machine):
        """The list, if the frame looks like one: 32 words, each 16 bytes after the one before, that
        are one address of the function; and the table of routines that its code reads."""
        stack = machine.memory.stack
        inside = {at: value for at, value in stack.items() if z3.is_bv_value(value) and
                  engine.entry <= value.as_long() < engine.entry + engine.size}
        for first, value in sorted(inside.items()):
            cells = [inside.get(first + 16 * i) for i in range(ssem.LINES)]
            if all(cell is not None and cell.eq(value) for cell in cells):
                return Pairs(first, value, engine.table())
        return None

    def _pair(self, ghost, i):
        word = ghost.state.store[i]
        routine = self.table[7]
        for function in range(7):
            routine = z3.If(ssem.function_of(word) == function, self.table[function], routine)
        return routine, zero_extend(ssem.operand_of(word), 64)

    def _fact(self, i):
        at, fresh = self.first + 16 * i, z3.Bool("undecoded%d" % i)

        def says(ghost, machine):
            stack, (routine, line) = machine.memory.stack, self._pair(ghost, i)
            undecoded = stack[at] == self.decode
            if at + 8 not in stack:
                return undecoded
            return z3.Or(undecoded, z3.And(stack[at] == routine, stack[at + 8] == line))

        def places(ghost):
            routine, line = self._pair(ghost, i)
            return [(STACK, at, z3.If(fresh, self.decode, routine)),
                    (STACK, at + 8, z3.If(fresh, z3.BitVec("line%d" % i, 64), line))]

        return Fact("pair %d is to be decoded, or right" % i, says, places)

    def _current(self):
        def places(ghost):
            at = self.first + 8 + 16 * zero_extend(ghost.state.ci + 1, 64)
            return [(STACK, at, zero_extend(ssem.operand_of(ghost.pi), 64))]

        def says(ghost, machine):
            lines = [machine.memory.stack.get(self.first + 16 * i + 8) for i in range(ssem.LINES)]
            if None in lines:
                return z3.BoolVal(False)
            return select(lines, ghost.state.ci + 1) == places(ghost)[0][2]

        return Fact("the pair of CI + 1 has the line of PI", says, places)

    def facts(self):
        return [self._fact(i) for i in range(ssem.LINES)] + [self._current()]
