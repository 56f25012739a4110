"""Proves what the translator writes for one instruction, in each of many contexts.

The theorem. In any state in which what the translator believes before the instruction is true (where A
and lines are, and what the sign flag is that of), and what it was given (fixed lines hold what they held;
guarded lines are in the mask, lines that are written without a look are not), the code that it writes
for the instruction either leaves as a block may (blocks.py), or comes to its end with the state that
T-next gives, at the line that the path has next, and what the translator believes then is true.

A block is such pieces, one after the other, after an entry that takes its instructions off the budget,
and before the ways out, which the pieces jump to. So by induction every block that write_block() can
put together is right, as far as it does put them together: blocks of random stores are proven whole.
"""

import json

import z3

import facts
import ssem
import x86
from blocks import LEFT, Prover
from execute import Code, walk
from machine import Refused, low, zero_extend


class _Area:
    """As much of a Translation as a prover of blocks looks at."""

    checks = False

    def __init__(self, data):
        self.address = data["address"]
        self.exit, self.functions = (self.address + data[name] for name in ("exit", "functions"))
        self.slots, self.slot_size = self.address + data["slots"], data["slot"]
        self.routines = bytes.fromhex(data["code"])[:data["slots"]]
        self.code = None

    def slot(self, line):
        return self.slots + line * self.slot_size

    def slot_of(self, address):
        line, offset = divmod(address - self.slots, self.slot_size)
        return line if offset == 0 and 0 <= line < ssem.LINES else None


class Beliefs:
    """What the translator believes before an instruction, or after it: which registers hold A (word 32)
    and lines, or their negatives; which lines memory does not hold; what the sign flag is that of. Nothing
    is believed of lines that are dead: written before anything sees them."""

    def __init__(self, data):
        self.held = [(facts.A if word == ssem.LINES else word, register, negated)
                     for word, register, negated in data["held"]]
        self.sign, self.stale = data["sign"], data["stale"]
        self.in_memory = set(range(ssem.LINES)) - set(data["stale"]) - set(data["dead"])

    def __str__(self):
        texts = ["%s holds %s%s" % (x86.NAMES32[register], "-" if negated else "",
                                    "A" if word == facts.A else "line %d" % word)
                 for word, register, negated in self.held]
        texts += ["memory does not hold line %d" % line for line in self.stale]
        return ", ".join(texts + ["the sign is that of %s%s" % (
            "-" if self.sign[1] else "", x86.NAMES32[self.sign[0]])] if self.sign else texts)

    def facts(self):
        """Words that one register holds are the same, which is a fact about T."""
        first, same = {}, []
        for word, register, negated in sorted(self.held, key=lambda held: -1 if held[0] == facts.A else held[0]):
            if register in first:
                other, is_negated = first[register]
                same.append(((facts.OF_T, word), (other, negated != is_negated)))
            else:
                first[register] = word, negated
        return frozenset([((facts.REGISTER, register), (word, negated))
                          for word, register, negated in self.held] +
                         [((facts.LINE, i), (i, False)) for i in self.in_memory] + same)

    def says_sign(self, machine):
        """What the sign flag is then, or None: that of a register, or not that of its negative."""
        if self.sign is None:
            return None
        register = low(machine.regs[self.sign[0]], 32)
        return z3.Not(-register < 0) if self.sign[1] else register < 0

    def claims(self, machine, state):
        """That they are true."""
        yield "what memory does not hold is held", z3.BoolVal(
            {facts.A, *self.stale} <= {word for word, _, _ in self.held})
        for word, register, negated in self.held:
            term = state.a if word == facts.A else state.store[word]
            yield "what %s holds is as is believed" % x86.NAMES32[register], \
                machine.regs[register] == zero_extend(-term if negated else term, 64)
        for i in self.in_memory:
            yield "memory holds line %d" % i, machine.memory.store[i] == state.store[i]
        if self.sign is not None:
            yield "the sign flag is as is believed", machine.flag("S") == self.says_sign(machine)


class Template:
    """The code of one instruction as if it were a block. words: what lines hold that are fixed."""

    def __init__(self, area, text):
        data = json.loads(text)
        self.translation, self.line, self.count = area, data["line"], data["count"]
        self.index, self.ended = data["index"], data["ended"]
        self.start = area.slot(self.line)
        self.end = self.start + data["size"]
        self.marks = []
        self.lines = {self.index: self.line, self.index + 1: data["next"]}
        operand, is_sto = data["operand"], data["word"] >> 13 & 7 == ssem.STO
        self.words = {}
        if data["operand_kind"] == "fixed":
            self.words[operand] = data["operand_word"]
        if data["kind"] == "fixed":
            self.words[self.line] = data["word"]
        self.depends = sum(1 << line for line in self.words)
        self.guards = 1 << operand if data["operand_kind"] != "free" else 0
        careless = is_sto and data["kind"] != "anew" and data["operand_kind"] == "free"
        self.stores = 1 << operand if careless else 0
        self.before, self.after = Beliefs(data["before"]), Beliefs(data["after"])
        self.stores |= sum(1 << line for line in self.before.stale)  # written later, without a look
        area.code = Code([(self.start, bytes.fromhex(data["code"])),
                          (area.address, area.routines)])
        self.name = "%s of a line that is %s, operand %s, line %d, where %s" % (
            ssem.text(data["word"]), data["kind"], data["operand_kind"], self.line,
            self.before)


class TemplateProver(Prover):
    """Proves one template; ways is the number of ways through it."""

    def _ends(self, address):
        return address == self.block.end and not self.block.ended or super()._ends(address)

    def _reaches_its_end(self, cut, machine):
        """The claims that make the next instruction's context."""
        block = self.block
        self.ways += 1
        state, stop, claims = self._after(cut, machine, 1)
        claims += self._keeps(machine, cut)
        claims += [("it is no STP", z3.Not(stop)),
                   ("the line of the path is T's",
                    state.ci == (block.lines[block.index + 1] - 1) % ssem.LINES),
                   ("the budget is as it was", machine.regs[x86.SI] == LEFT - block.count)]
        claims += block.after.claims(machine, state)
        wrong = self._first_wrong(machine, claims)
        if wrong:
            raise Refused("at its end it is not true that " + wrong[0],
                          machine.path + [z3.Not(wrong[1])])

    def prove(self):
        block = self.block
        cut = self._at_cut(block.index, block.before.facts())
        cut.machine.flags["S"] = block.before.says_sign(cut.machine)
        if not self.solver.possible(cut.machine.path):
            return  # two fixed lines with different words cannot both hold A
        if block.start == block.end and not block.ended:
            self._reaches_its_end(cut, cut.machine)
            return
        for way, target in walk(self.translation.code, self.solver, cut.machine, block.start,
                                self._ends):
            if not isinstance(target, int):
                self._leaves_somewhere(cut, way, target)
            elif target == block.end and not block.ended:
                self._reaches_its_end(cut, way)
            else:
                self._leaves(cut, way, target)


def read(lines):
    """The templates that proof/templates writes, one after the other."""
    area = None
    for text in lines:
        if area is None:
            area = _Area(json.loads(text))
        else:
            yield Template(area, text)
