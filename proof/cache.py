"""Proves guest/translate/cache.c: what it writes for an instruction is right wherever A and lines are.

The theorem. Take anything that the translator can believe: A in any register, or its negative; each line in
a register, or its negative, in memory or both; whatever the sign flag is that of; lines that are dead, which
nobody reads before they are written; and any lines that are wanted. Take any machine and any state of T of
which that is true. Then what each of the functions of cache.h writes, executed, comes to a machine and a state
of T, that after LDN, SUB or STO, of which what the function makes the translator believe is true; the
condition of cache_cmp() is that A is negative; what cache_compare() writes finds out whether A is the line's
word; and after cache_write_back() and cache_empty() A is in eax and memory holds all lines but those that are
dead. No function does what C leaves undefined.

The source is executed by c_source.py on terms: one proof is of all beliefs and all states. What it asks
x86.c to write takes effect, as semantics.py has it, on a machine of six registers; that x86.c writes just
that is gone through: each call that cache.c can make, decoded. store() and take() are proven to do
what their contracts below say, which then stand for them.
"""

import json
import subprocess

import z3

import c_source
import x86
from c_source import both, choose, plain, term, truth
from machine import Machine, Refused, number
from semantics import execute
from ssem import CMP, JMP, JRP, LDN, LINES, STO, STP, SUB, SUB5

REGISTERS = [x86.AX, x86.CX, x86.DX, x86.R9, x86.R10, x86.R11]
NONE, NEGATED, A = x86.SP, 16, LINES  # as in cache.h
# What it may ask each function of x86.h to write, with the instruction's name here.
WRITES = {
    "x86_store": {"X86_MOV": "mov"},
    "x86_load": {"X86_MOV": "mov", "X86_LEA": "lea", "X86_ADD": "add", "X86_SUB": "sub", "X86_CMP": "cmp"},
    "x86_registers": {"X86_MOV": "mov", "X86_ADD": "add", "X86_SUB": "sub", "X86_TEST": "test"},
    "x86_register": {"X86_NEG": "neg"},
    "x86_immediate": {"X86_CMP": "cmp"},
}


# Words.


def positive(base):
    """A word: a pair, as a list, of a term and whether it is that term's negative, a term of one bit. So a word that
    is negated time and again, or perhaps, stays simple."""
    return [base, number(0, 1)]


def negative(word):
    return [word[0], z3.simplify(~word[1])]


def value(word):
    """The word as one term."""
    return z3.simplify(z3.If(word[1] == 1, -word[0], word[0]))


class _Selections:
    """Terms that select one of others, with something simpler instead of these. leaf: what, from the term."""

    def __init__(self, leaf):
        self.found, self.leaf = {}, leaf

    def of(self, base):
        if base.get_id() not in self.found:
            if z3.is_app_of(base, z3.Z3_OP_ITE):
                made = z3.If(base.arg(0), self.of(base.arg(1)), self.of(base.arg(2)))
            else:
                made = self.leaf(base)
            self.found[base.get_id()] = made, base  # which keeps its id
        return self.found[base.get_id()][0]


def bit(mask, line):
    return truth(z3.Extract(line, line, term(mask)) == 1)


def one(line):
    return term(1) << term(line)


def is_place(place, can_be_none):
    places = [which | negated for which in REGISTERS for negated in (0, NEGATED)] + [NONE] * can_be_none
    return z3.Or(*[term(place) == each for each in places])


def register(place):
    return term(place) & 15


def word_at(regs, place):
    """The word that is held at the place."""
    word = regs[REGISTERS[0]]
    for which in REGISTERS[1:]:
        word = choose(truth(register(place) == which), regs[which], word)
    return [word[0], z3.simplify(word[1] ^ z3.Extract(4, 4, term(place)))]


def held_in(held, which):
    """The lines that a register holds."""
    bits = [z3.If(z3.And(register(place) == which, term(place) != NONE), number(1, 1), number(0, 1))
            for place in held[:LINES]]
    return z3.simplify(z3.Concat(*reversed(bits)))


def says(regs, place):
    """What the sign flag is that is that of the place: not that of the negative of a register."""
    base = value(word_at(regs, register(place)))
    return z3.If(z3.Extract(4, 4, term(place)) == 1, z3.Not(-base < 0), base < 0)


class _Scratch:
    """Memory that is not used."""

    def copy(self):
        return self


class Effects:
    """A machine on which what cache.c writes takes effect: words by register, lines in memory, the sign and
    zero flags with the condition that they are defined."""

    def __init__(self, regs, memory, sign):
        self.regs, self.memory = dict(regs), list(memory)
        self.sums = []  # of instructions that add, subtract or compare: name, two words, and a constant for the
        # result, or for the zero flag
        self.flags = {"S": sign, "Z": z3.Bool("zero_flag")}
        self.defined = {"S": z3.BoolVal(True), "Z": z3.BoolVal(False)}

    @staticmethod
    def _must_hold_words(source, which):
        source.must(z3.Or(*[term(which) == each for each in REGISTERS]),
                    "a register is one of those that hold words")

    def get(self, source, which):
        """The word of a register."""
        self._must_hold_words(source, which)
        return word_at(self.regs, register(which))

    def put(self, source, which, word):
        self._must_hold_words(source, which)
        for each in REGISTERS:
            here = both(source.guard, truth(term(which) == each))
            self.regs[each] = choose(here, word, self.regs[each])

    def line(self, source, line):
        """The word of a line."""
        source.must(z3.ULT(term(line), LINES), "a line is one")
        word = self.memory[0]
        for i in range(1, LINES):
            word = choose(truth(term(line) == i), self.memory[i], word)
        return word

    def put_line(self, source, line, word):
        source.must(z3.ULT(term(line), LINES), "a line is one")
        for i in range(LINES):
            here = both(source.guard, truth(term(line) == i))
            self.memory[i] = choose(here, word, self.memory[i])

    def put_flags(self, guard, flags):
        """flags: terms by name, None for one that is undefined."""
        guard = z3.simplify(term(guard) != 0)
        for name, flag in flags.items():
            if name in self.flags and flag is not None:
                self.flags[name] = z3.simplify(z3.If(guard, flag, self.flags[name]))
                self.defined[name] = z3.simplify(z3.Or(guard, self.defined[name]))

    def execute(self, source, name, *operands):
        """The word that the instruction leaves in its first operand; flags are set. operands: words. A sum is a
        constant, see `sums`."""
        machine = Machine(_Scratch())
        for i, word in enumerate(operands):
            machine.regs[i] = z3.ZeroExt(32, value(word))
        form = next(form for form in x86.FORMS if form.name == name)
        shapes = tuple(x86.Register(i, 32) for i in range(len(operands)))
        if name == "lea":
            shapes = shapes[0], x86.Memory(1, 2, 0, 0, 32)
        execute(machine, x86.Instruction(0, 0, form, None, 32, shapes))
        result = z3.simplify(z3.Extract(31, 0, machine.regs[0]))
        if name in ("add", "sub", "lea"):
            made = z3.BitVec("sum%d" % len(self.sums), 32)
            self.sums.append((name, *operands[-2:], made))
            if name != "lea":
                machine.flags["S"] = made < 0  # as _arithmetic() proves
            result = made
        if name == "cmp":
            machine.flags["Z"] = z3.Bool("equal%d" % len(self.sums))  # the same
            self.sums.append((name, *operands, machine.flags["Z"]))
        self.put_flags(source.guard, machine.flags)
        if name == "mov":
            return operands[1]
        if name == "neg":  # written otherwise
            assert result.eq(z3.simplify(-value(operands[0])))
            return negative(operands[0])
        return positive(result)


class Context:
    """All that can be believed, with a machine and a state of T of which it is true."""

    def __init__(self):
        places = z3.BitVecs(" ".join("held%d" % i for i in range(LINES)) + " held_a sign", 5)
        held, sign = places[:A + 1], places[-1]
        self.regs = {which: positive(z3.BitVec(x86.NAMES32[which], 32)) for which in REGISTERS}
        self.stale, self.dead, self.wanted = z3.BitVecs("stale dead wanted", 32)
        self.hypotheses = [is_place(z3.ZeroExt(27, place), place is not held[A]) for place in places]
        self.hypotheses += [self.stale & self.dead == 0]
        self.hypotheses += [z3.Implies(bit(self.stale, i), held[i] != NONE) for i in range(LINES)]
        self.held = [z3.ZeroExt(27, place) for place in held]
        self.sign = z3.ZeroExt(27, sign)
        self.a = word_at(self.regs, self.held[A])
        self.store = [choose(held[i] == NONE, positive(z3.BitVec("memory%d" % i, 32)),
                             word_at(self.regs, self.held[i])) for i in range(LINES)]
        self.memory = [choose(z3.Or(bit(self.stale, i), bit(self.dead, i)),
                              positive(z3.BitVec("old%d" % i, 32)), self.store[i]) for i in range(LINES)]
        self.cache = {
            "words": {"held": list(self.held), "stale": self.stale}, "sign": self.sign, "wanted": self.wanted,
            "lines": [held_in(self.held, which) for which in range(16)],
        }
        flag = z3.Bool("sign_flag")
        self.hypotheses.append(z3.Implies(sign != NONE, flag == says(self.regs, self.sign)))
        self.effects = Effects(self.regs, self.memory, flag)
        # One bit of a word that is one of others is as good as all.
        self.bits = _Selections(lambda base: z3.BitVec("bit%d" % base.get_id(), 1))

    def same(self, a, b):
        """That two words are the same, by being written alike."""
        return z3.And(self.bits.of(a[0]) == self.bits.of(b[0]), a[1] == b[1])

    def claims(self, store, a, dead):
        """That what is believed is true of the machine and of this state of T."""
        words, regs, memory = self.cache["words"], self.effects.regs, self.effects.memory
        for i in range(LINES):
            held = term(words["held"][i])
            yield "what is believed of line %d is true" % i, z3.And(
                is_place(held, True),
                z3.Implies(held != NONE, self.same(word_at(regs, held), store[i])),
                z3.Implies(bit(words["stale"], i), held != NONE),
                z3.Or(bit(words["stale"], i), bit(dead, i), self.same(memory[i], store[i])))
        held = term(words["held"][A])
        yield "A is in a register", is_place(held, False)
        if a is not None:
            yield "A is where it is believed to be", self.same(word_at(regs, held), a)
        sign = term(self.cache["sign"])
        yield "the sign flag is as is believed", z3.And(is_place(sign, True), z3.Implies(
            sign != NONE, z3.And(self.effects.defined["S"], self.effects.flags["S"] == says(regs, sign))))
        for which in range(16):
            yield "what register %d holds is known" % which, \
                term(self.cache["lines"][which]) == held_in(words["held"], which)
        yield "what is dead is not to be written", term(words["stale"]) & dead == 0


# Contracts.


def negated_by(held, lines):
    """The registers that are negated so that these lines can be written."""
    mask = term(0)
    for which in REGISTERS:
        some = z3.Or(*[z3.And(bit(lines, i), term(held[i]) == which | NEGATED) for i in range(LINES)])
        mask = mask | z3.If(some, term(1 << which), term(0))
    return z3.simplify(mask)


def after_store(held, regs, memory, lines):
    """What store() makes of registers and memory, and what it returns."""
    negated = negated_by(held, lines)
    memory = [choose(bit(lines, i), word_at(regs, held[i]), memory[i]) for i in range(LINES)]
    regs = {which: choose(bit(negated, which), negative(word), word) for which, word in regs.items()}
    return regs, memory, negated


class _Names:
    """Constants that nothing is known of, the same ones in the same order for each of these."""

    def __init__(self):
        self.count = 0

    def __call__(self, sort):
        self.count += 1
        return z3.Const("any%d" % self.count, sort)

    def flags(self):
        return {name: self(z3.BoolSort()) for name in "SZ"}


def contract_of_store(effects, names):
    """For store(): lines that are held are in memory then, the registers that it returns are negated, and if
    it negates any, the flags are anything."""
    def store(source, words, _, lines):
        for i in range(LINES):
            source.must(z3.Implies(bit(lines, i), is_place(words["held"][i], False)),
                        "a line that is written is held")
        regs, memory, negated = after_store(words["held"], effects.regs, effects.memory, lines)
        effects.regs = choose(source.guard, regs, effects.regs)
        effects.memory = choose(source.guard, memory, effects.memory)
        effects.put_flags(both(source.guard, truth(negated)), names.flags())
        return negated
    return store


def after_take(cache, regs, memory, which, no_sign):
    """What take() makes of it all when it takes this register; the register's word is anything then."""
    held, lines = cache["words"]["held"], held_in(cache["words"]["held"], which)
    stale = cache["words"]["stale"]
    memory = [choose(both(bit(lines, i), bit(stale, i)), word_at(regs, held[i]), memory[i])
              for i in range(LINES)]
    after = {
        "words": {"held": [choose(bit(lines, i), NONE, held[i]) for i in range(LINES)] + [held[A]],
                  "stale": plain(stale & ~lines)},
        "sign": choose(no_sign, NONE, cache["sign"]), "wanted": cache["wanted"],
        "lines": [choose(truth(term(which) == i), 0, cache["lines"][i]) for i in range(16)],
    }
    return after, memory


def contract_of_take(effects, names, hypotheses):
    """For take(): the register that it returns is one of those that hold words, but neither A's nor of `kept`,
    and holds nothing; what was stale in it is in memory; and if the sign flag's meaning is kept, so is it."""
    def take(source, cache, _, kept):
        which, no_sign = z3.ZeroExt(28, names(z3.BitVecSort(4))), names(z3.BoolSort())
        hypotheses.extend([
            z3.Or(*[which == each for each in REGISTERS]),
            (one(which) & (term(kept) | one(register(cache["words"]["held"][A])))) == 0,
            z3.Implies(register(cache["sign"]) == which, no_sign)])
        after, memory = after_take(cache, effects.regs, effects.memory, which, no_sign)
        for name in cache:
            cache[name] = choose(source.guard, after[name], cache[name])
        effects.memory = choose(source.guard, memory, effects.memory)
        effects.put(source, which, positive(names(z3.BitVecSort(32))))
        effects.put_flags(both(source.guard, no_sign), names.flags())
        return which
    return take


def contract_of_own(effects, take):
    """For own(): A's register holds nothing but A then. If a line that matters was where A is, all such lines
    are in another register, which holds the same. take: that contract."""
    def own(source, cache, x, kept):
        words, outer = cache["words"], source.guard
        held, a = words["held"], register(words["held"][A])
        among = held_in(held, a)
        shared = truth(among & term(words["stale"] | cache["wanted"]) != 0)
        source.guard = both(outer, shared)
        to = take(source, cache, x, kept)
        effects.put(source, to, effects.get(source, a))
        source.guard = outer
        words, lines = cache["words"], cache["lines"]
        moved = [choose(shared, plain(to | term(held[i]) & NEGATED), NONE) for i in range(LINES)]
        words["held"] = [choose(both(outer, bit(among, i)), moved[i], words["held"][i])
                         for i in range(LINES)] + [words["held"][A]]
        for i in range(16):
            lines[i] = choose(both(both(outer, shared), truth(to == i)), among, lines[i])
            lines[i] = choose(both(outer, truth(a == i)), 0, lines[i])
        cache["sign"] = choose(both(outer, truth(register(cache["sign"]) == a)), NONE, cache["sign"])
        return a
    return own


class Cache:
    """ways: how many claims were proven."""

    def __init__(self, solver, top=c_source.TOP):
        self.solver, self.ways = solver, 0
        self.tree = c_source.parse("guest/translate/cache.c", top)

    def _source(self, context, **contracts):
        effects = context.effects

        def store(source, _, memory, which):
            effects.put_line(source, memory["line"], effects.get(source, which))

        def load(source, name, which, memory):
            if name == "lea" and "line" in memory:
                source.must(False, "no address of a line is taken")
            elif name == "lea":
                source.must(term(memory["scale"]) == 0, "the scale is 1")
                source.must(term(memory["displacement"]) == 0, "there is no displacement")
                word = effects.execute(source, "lea", positive(number(0, 32)),
                                       effects.get(source, memory["base"]),
                                       effects.get(source, memory["index"]))
            else:
                word = effects.execute(source, name, effects.get(source, which),
                                       effects.line(source, memory["line"]))
            if name not in ("cmp", "lea") or "base" in memory:
                effects.put(source, which, word)

        def registers(source, name, to, other):
            word = effects.execute(source, name, effects.get(source, to), effects.get(source, other))
            if name != "test":
                effects.put(source, to, word)

        def single(source, name, which):
            effects.put(source, which, effects.execute(source, name, effects.get(source, which)))

        def immediate(source, name, which, compared):
            source.must(term(compared) == 1, "what is compared with is 1")
            effects.execute(source, name, effects.get(source, which), positive(term(compared)))

        def written_by(function, write):
            """The function of x86.h, whatever it is asked to write."""
            def call(source, _, operation, *operands):
                known = {source.constants[constant]: name for constant, name in WRITES[function].items()}
                source.must(z3.Or(*[term(operation) == each for each in known]),
                            "%s() writes what is gone through" % function)
                outer = source.guard
                for each, name in known.items():
                    source.guard = both(outer, truth(term(operation) == each))
                    if source.guard is not False:
                        write(source, name, *operands)
                source.guard = outer
            return call

        writers = {"x86_store": store, "x86_load": load, "x86_registers": registers, "x86_register": single,
                   "x86_immediate": immediate}
        source = c_source.Source(self.tree, {
            "area_line": lambda _, line: {"line": line},
            **{function: written_by(function, write) for function, write in writers.items()}, **contracts})
        for constant, expected in (("X86_SP", NONE), ("X86_AX", x86.AX), ("X86_R11", x86.R11)):
            if source.constants[constant] != expected:
                raise Refused("%s is %d" % (constant, source.constants[constant]))
        return source

    def _prove(self, source, path, claims):
        if not self.solver.possible(path):
            raise Refused("what is assumed is never true")
        for text, claim in (source.obligations if source else []) + list(claims):
            self.ways += 1
            claim = z3.simplify(claim)
            if not self.solver.holds(path, claim):
                raise Refused("it is not true that " + text, path + [z3.Not(claim)])

    def _store(self):
        context, lines = Context(), z3.BitVec("lines", 32)
        effects = context.effects
        source = self._source(context)
        path = context.hypotheses + [z3.Implies(bit(lines, i), context.held[i] != NONE) for i in range(LINES)]
        flags = dict(effects.flags)
        negated = source.call("store", context.cache["words"], {}, lines)
        regs, memory, expected = after_store(context.held, context.regs, context.memory, lines)
        claims = [("line %d is written" % i, context.same(effects.memory[i], memory[i])) for i in range(LINES)]
        claims += [("%s is negated, or as it was" % x86.NAMES32[which],
                    context.same(effects.regs[which], regs[which])) for which in REGISTERS]
        claims += [("it returns what is negated", term(negated) == expected)]
        claims += [("flag %s is kept" % name, z3.Or(expected != 0, effects.flags[name] == flag))
                   for name, flag in flags.items()]
        self._prove(source, path, claims)

    def _take(self):
        context, kept = Context(), z3.BitVec("kept", 32)
        effects = context.effects
        source = self._source(context, store=contract_of_store(effects, _Names()))
        path = context.hypotheses + [z3.Or(*[kept == 1 << which for which in REGISTERS + [NONE]] + [kept == 0])]
        flags = dict(effects.flags)
        which = term(source.call("take", context.cache, {}, kept))
        no_sign = term(context.cache["sign"]) == NONE
        before = dict(context.cache, words={"held": context.held, "stale": context.stale}, sign=context.sign,
                      lines=[held_in(context.held, each) for each in range(16)])
        after, memory = after_take(before, context.regs, context.memory, which, no_sign)
        claims = [("it takes a register that holds words", z3.Or(*[which == each for each in REGISTERS])),
                  ("it takes neither A's nor one that is kept",
                   (one(which) & (kept | one(register(context.held[A])))) == 0),
                  ("the sign flag is not that of what was taken", z3.Implies(
                      register(context.sign) == which, no_sign)),
                  ("what the sign flag is that of is kept, or forgotten",
                   term(context.cache["sign"]) == term(after["sign"])),
                  ("what is wanted is kept", term(context.cache["wanted"]) == context.wanted),
                  ("what is stale is what was, but for what was written",
                   term(context.cache["words"]["stale"]) == term(after["words"]["stale"]))]
        claims += [("flag %s is kept" % name, z3.Or(no_sign, effects.flags[name] == flag))
                   for name, flag in flags.items()]
        claims += [("where line %d is, is known" % i, term(context.cache["words"]["held"][i]) ==
                    term(after["words"]["held"][i])) for i in range(LINES + 1)]
        claims += [("line %d is in memory" % i, context.same(effects.memory[i], memory[i]))
                   for i in range(LINES)]
        claims += [("what register %d holds is known" % i,
                    term(context.cache["lines"][i]) == term(after["lines"][i])) for i in range(16)]
        claims += [("%s is kept" % x86.NAMES32[each], z3.Or(which == each, context.same(
            effects.regs[each], context.regs[each]))) for each in REGISTERS]
        self._prove(source, path, claims)

    def _is_difference(self, context, a, operand):
        """That where A is believed to be is a sum, of two words that make it this difference: _arithmetic()."""
        held = context.cache["words"]["held"][A]
        negated = z3.Extract(4, 4, term(held))
        sums = context.effects.sums
        numbers = {made.get_id(): i for i, (_, _, _, made) in enumerate(sums)}
        word = word_at(context.effects.regs, held)
        which = _Selections(lambda base: number(numbers.get(base.get_id(), len(sums)), 8)).of(word[0])
        ways = []
        for i, (name, first, second, _) in enumerate(sums):
            other = negated if name == "sub" else ~negated
            ways.append(z3.And(which == i, context.same(first, [a[0], a[1] ^ negated]),
                               context.same(second, [operand[0], operand[1] ^ other])))
        return z3.And(z3.Or(*ways), word[1] == negated)

    def _arithmetic(self):
        """What _is_difference() and Effects.execute() rely on, as semantics.py has it."""
        a, operand = z3.BitVecs("a operand", 32)
        machine = Machine(_Scratch())
        machine.regs[:2] = z3.ZeroExt(32, a), z3.ZeroExt(32, operand)
        form = next(form for form in x86.FORMS if form.name == "cmp")
        execute(machine, x86.Instruction(0, 0, form, None, 32, (x86.Register(0, 32), x86.Register(1, 32))))
        self._prove(None, [], [("cmp says what is equal", machine.flag("Z") == (a == operand))])
        for name, negated in ((name, negated) for name in ("add", "sub", "lea") for negated in (0, 1)):
            machine = Machine(_Scratch())
            first, second = (-a if negated else a), (-operand if negated == (name == "sub") else operand)
            shapes = x86.Register(0, 32), x86.Register(1, 32)
            machine.regs[:2] = z3.ZeroExt(32, first), z3.ZeroExt(32, second)
            if name == "lea":
                machine.regs[:3] = machine.regs[0], z3.ZeroExt(32, first), z3.ZeroExt(32, second)
                shapes = x86.Register(0, 32), x86.Memory(1, 2, 0, 0, 32)
            form = next(form for form in x86.FORMS if form.name == name)
            execute(machine, x86.Instruction(0, 0, form, None, 32, shapes))
            result = z3.Extract(31, 0, machine.regs[0])
            if name != "lea":
                self._prove(None, [], [("the sign flag is that of the sum", machine.flag("S") == (result < 0))])
            self._prove(None, [], [("%s makes the difference" % name,
                                    (-result if negated else result) == a - operand)])

    def _instruction(self, name):
        """LDN, SUB or STO of any line."""
        context, source, path = self._new()
        line = z3.ZeroExt(27, z3.BitVec("line", 5))
        store, a, dead = context.store, context.a, context.dead
        operand = Effects(context.regs, store, None).line(source, line)
        source.call("cache_" + name, context.cache, *[{}] * (name != "sto"), line)
        held = context.cache["words"]["held"][A]
        if name == "sto":
            store = [choose(truth(line == i), a, word) for i, word in enumerate(store)]
            dead = z3.simplify(dead & ~one(line))
        else:
            path.append(dead & one(line) == 0)
        if name == "ldn":
            a = negative(operand)
        claims = list(context.claims(store, None if name == "sub" else a, dead))
        if name == "sub":
            claims.append(("A is the difference", self._is_difference(context, a, operand)))
        self._prove(source, path, claims)

    def _new(self, but=""):
        """A context, the source, and hypotheses, to which those of contracts come. but: a function for which no
        contract stands."""
        context, names = Context(), _Names()
        path, effects = context.hypotheses, context.effects
        contracts = {"store": contract_of_store(effects, names),
                     "take": contract_of_take(effects, names, path)}
        contracts["own"] = contract_of_own(effects, contracts["take"])
        contracts.pop(but, None)
        return context, self._source(context, **contracts), path

    def _own(self):
        """Beside its contract, from the same context."""
        kept, ends = z3.BitVec("kept", 32), []
        for but in ("own", ""):
            context, source, path = self._new(but)
            path.append(z3.Or(*[kept == 1 << which for which in REGISTERS + [NONE]] + [kept == 0]))
            ends.append((source.call("own", context.cache, {}, kept), context.cache, context.effects))
        (which, cache, effects), (other, expected, then) = ends
        words, others = cache["words"], expected["words"]
        pairs = [("the register", which, other), ("stale", words["stale"], others["stale"]),
                 ("sign", cache["sign"], expected["sign"]), ("wanted", cache["wanted"], expected["wanted"])]
        pairs += [("where word %d is" % i, words["held"][i], others["held"][i]) for i in range(LINES + 1)]
        pairs += [("what register %d holds" % i, cache["lines"][i], expected["lines"][i]) for i in range(16)]
        claims = [(text + " is as its contract says", term(a) == term(b)) for text, a, b in pairs]
        claims += [("flag %s is kept" % name, effects.flags[name] == then.flags[name]) for name in "SZ"]
        claims += [("%s is as its contract says" % x86.NAMES32[each],
                    context.same(effects.regs[each], then.regs[each])) for each in REGISTERS]
        claims += [("line %d is as its contract says" % i, context.same(effects.memory[i], then.memory[i]))
                   for i in range(LINES)]
        self._prove(source, path, claims)

    def _begin(self):
        context, source, path = self._new()
        effects = context.effects
        source.call("cache_begin", context.cache)
        self._prove(source, path, context.claims(effects.memory, effects.regs[x86.AX], number(0, 32)))

    def _cmp(self):
        context, source, path = self._new()
        said = term(source.call("cache_cmp", context.cache, {}))
        flag, is_negative = context.effects.flags["S"], value(context.a) < 0
        claims = [("the condition is that A is negative", z3.And(context.effects.defined["S"], z3.Or(
            z3.And(said == source.constants["X86_SIGN"], flag == is_negative),
            z3.And(said == source.constants["X86_NOT_SIGN"], flag != is_negative))))]
        self._prove(source, path, claims + list(context.claims(context.store, context.a, context.dead)))

    @staticmethod
    def _any_line(context, path):
        """A line that memory holds, as those that are guarded are."""
        line = z3.ZeroExt(27, z3.BitVec("line", 5))
        path.append((context.stale | context.dead) & one(line) == 0)
        return line

    def _compare(self):
        context, source, path = self._new()
        line = self._any_line(context, path)
        operand = context.effects.line(source, line)
        source.call("cache_compare", context.cache, {}, line)
        _, first, second, is_equal = context.effects.sums[-1]
        claims = [("the zero flag is that A is the line's word", z3.And(
            context.effects.defined["Z"], context.effects.flags["Z"] == is_equal,
            context.same(first, context.a), context.same(second, operand)))]
        self._prove(source, path, claims + list(context.claims(context.store, context.a, context.dead)))

    def _is_same(self):
        context, source, path = self._new()
        line = self._any_line(context, path)
        # The line's word is A; it is written so.
        store, context.effects.memory = (
            [choose(truth(line == i), context.a, word) for i, word in enumerate(words)]
            for words in (context.store, context.effects.memory))
        source.call("cache_is_same", context.cache, line)
        self._prove(source, path, context.claims(store, context.a, context.dead))

    def _in_place(self, context):
        """That all is where it is at the ends of a block."""
        yield "A is in eax", context.same(context.effects.regs[x86.AX], context.a)
        for i in range(LINES):
            yield "memory holds line %d" % i, z3.Or(
                bit(context.dead, i), context.same(context.effects.memory[i], context.store[i]))

    def _write_back(self):
        context, source, path = self._new()
        source.call("cache_write_back", context.cache["words"], {})
        self._prove(source, path, self._in_place(context))

    def _empty(self):
        context, source, path = self._new()
        source.call("cache_empty", context.cache, {})
        words = context.cache["words"]
        claims = [("nothing is held but A", z3.And(
            *[term(words["held"][i]) == NONE for i in range(LINES)],
            term(words["held"][A]) == x86.AX, term(words["stale"]) == 0, term(context.cache["sign"]) == NONE))]
        claims += list(self._in_place(context))
        self._prove(source, path, claims + list(context.claims(context.store, context.a, context.dead)))

    @staticmethod
    def _calls():
        """All calls of x86.h that cache.c can make: function, constant of the operation and numbers, with the
        operands of the instruction that it should write."""
        lines = [x86.Memory(x86.DI, None, 0, 4 * line, 32) for line in range(LINES)]
        for which in REGISTERS:
            to = x86.Register(which, 32)
            for line, memory in enumerate(lines):
                yield ("x86_store", "X86_MOV", line, which), (memory, to)
                for constant in ("X86_MOV", "X86_ADD", "X86_SUB", "X86_CMP"):
                    yield ("x86_load", constant, which, line), (to, memory)
            for other in REGISTERS:
                for constant in WRITES["x86_registers"]:
                    yield ("x86_registers", constant, which, other), (to, x86.Register(other, 32))
                for index in REGISTERS:
                    yield ("x86_load", "X86_LEA", which, other, index), (to, x86.Memory(other, index, 0, 0, 32))
            yield ("x86_register", "X86_NEG", which), (to,)
            yield ("x86_immediate", "X86_CMP", which, 1), (to, x86.Immediate(1, 32))

    def _encodings(self, templates):
        """Decodes what x86.c writes for each call. templates: the program that goes through them."""
        constants, expected = c_source.Source(self.tree, {}).constants, dict(self._calls())
        answer = subprocess.run([templates, "calls"], stdout=subprocess.PIPE, text=True, timeout=60,
                                check=True)
        for text in answer.stdout.splitlines():
            function, operation, *operands, code = text.split()
            constant = next(name for name in WRITES[function] if constants[name] == int(operation))
            operands = expected.pop((function, constant, *map(int, operands)))
            data = bytes.fromhex(code)
            decoded = x86.decode(data, 0)
            self.ways += 1
            if decoded.length != len(data) or decoded.name != WRITES[function][constant] or \
                    tuple(decoded.operands) != operands:
                raise Refused("%s is written as %s" % (text, decoded))
        if expected:
            raise Refused("nobody has gone through %s" % list(expected)[0])

    # The source as c_source.py understands it, and as gcc does.

    @staticmethod
    def _functions(data):
        """The functions of cache.h that are called for a template, and whether nothing else writes code."""
        function, line = data["word"] >> 13 & 7, [data["operand"]]
        if data["kind"] == "anew" or function == STP or (function in (JMP, JRP) and
                                                         data["operand_kind"] != "fixed"):
            return [("empty", [])], False
        if function == CMP:
            return [("cmp", [])], False
        if function == STO and data["operand_kind"] != "free":
            return [("compare", line), ("is_same", line)], False
        name = {LDN: "ldn", STO: "sto", SUB: "sub", SUB5: "sub"}.get(function)
        return [(name, line)] if name else [], True

    def _is_compiled(self, templates):
        """Runs the source on numbers, beside what the compiled translator has written."""
        written, calls = [], dict(self._calls())

        def writer(function):
            def write(source, _, operation, *operands):
                constant = next(name for name in WRITES[function] if source.constants[name] == operation)
                numbers = []
                for each in operands:
                    numbers += [each] if isinstance(each, int) else \
                        [each["line"]] if "line" in each else [each["base"], each["index"]]
                written.append((WRITES[function][constant], calls[function, constant, *numbers]))
            return write

        source = c_source.Source(self.tree, {"area_line": lambda _, line: {"line": line},
                                             **{function: writer(function) for function in WRITES}})
        answer = subprocess.run([templates, "0", "1"], stdout=subprocess.PIPE, text=True, timeout=60,
                                check=True)
        for text in answer.stdout.splitlines()[1:]:
            data = json.loads(text)
            if data["kind"] == "checked":
                continue
            written.clear()
            *held, sign, stale, wanted = data["cache_before"]
            cache = {"words": {"held": held, "stale": stale}, "sign": sign, "wanted": wanted,
                     "lines": [sum(1 << i for i, place in enumerate(held[:LINES])
                                   if place & 15 == which and place != NONE) for which in range(16)]}
            functions, is_all = self._functions(data)
            for name, line in functions:
                source.call("cache_" + name, cache, *[{}] * (name not in ("sto", "is_same")), *line)
            after = cache["words"]["held"] + [cache["sign"], cache["words"]["stale"], cache["wanted"]]
            code, decoded, at = bytes.fromhex(data["code"])[:data["size"]], [], 0
            while at < len(code) and (is_all or len(decoded) < len(written)):
                instruction = x86.decode(code[at:], at)
                decoded.append((instruction.name, tuple(instruction.operands)))
                at = instruction.end
            self.ways += 1
            is_last = data["kind"] == "fixed"  # then nothing else changes it
            if decoded != written or is_last and after != data["cache_after"]:
                raise Refused("cache.c, as it is understood, does not write %s" % text)

    def theorems(self, templates):
        """Pairs of a title and what proves it. templates: the program."""
        yield "each call of x86.c writes the instruction that it names", lambda: self._encodings(templates)
        yield "the source, executed on numbers, does what it does compiled", lambda: self._is_compiled(templates)
        yield "store() writes lines, and says which registers it negates", self._store
        yield "take() frees a register, and loses nothing", self._take
        yield "own() leaves A alone in its register", self._own
        yield "cache_begin()", self._begin
        yield "a difference, by way of negatives", self._arithmetic
        for name in ("ldn", "sub", "sto"):
            yield "cache_%s()" % name, lambda name=name: self._instruction(name)
        yield "cache_cmp()", self._cmp
        yield "cache_compare()", self._compare
        yield "cache_is_same(), where the two are", self._is_same
        yield "cache_write_back()", self._write_back
        yield "cache_empty()", self._empty
