"""The lemma of engine `leap`: when a turn of a loop repeats, any number of further turns do what turn.h says.

The theorems, for every state, every difference and, where a number k of turns is in it, every k:
- an instruction. Where all words are x + k d instead of x, an instruction that is fetched from the same
  line and is the same one leaves them as x' + k d', d' being what turn.h makes of d; for each function
  and operand. If turn.h finds nothing against it, the same instruction is fetched, a jump goes to the
  same line, and a CMP the same way for each k that its division allows.
- a turn, along a path: of its words, those that turn.h calls read, and it reads no others. When it has
  led from x to y, y - x = d on the words that it reads, and d' = d on them as well, then the turn that begins
  with y + k d' ends with y + (k + 1) d' on all words that it reads or writes, and leaves the others.
From both, by induction over k, what turn_add() does is what the turns do.
"""

import z3

import ssem
from machine import Refused, number, zero_extend

A = ssem.LINES
WORDS = range(ssem.LINES + 1)
INSTRUCTION, LINE = 0xffff, 0x1f  # TURN_INSTRUCTION and TURN_LINE
INT_MAX = 0x7fffffff


class Turn:
    """As guest/leap/turn.h, on terms: difference of each word; words read before they were written, and
    written; what must be zero of differences; pairs of a word and a step whose sign must last."""

    def __init__(self, difference):
        self.difference = list(difference)
        self.read, self.written, self.bends, self.cmps = set(), set(), [], []

    def _reads(self, word):
        if word not in self.written:
            self.read.add(word)

    def take(self, line, bits):
        self._reads(line)
        self.bends.append(self.difference[line] & bits)

    def ldn(self, line):
        self._reads(line)
        self.written.add(A)
        self.difference[A] = -self.difference[line]

    def sub(self, line):
        a = self.difference[A]
        self._reads(A)
        self.ldn(line)
        self.difference[A] = self.difference[A] + a

    def sto(self, line):
        self._reads(A)
        self.written.add(line)
        self.difference[line] = self.difference[A]

    def cmp(self, a):
        self._reads(A)
        self.cmps.append((a, self.difference[A]))

    def obey(self, line, function, operand, a):
        self.take(line, INSTRUCTION)
        if function in (ssem.JMP, ssem.JRP):
            self.take(operand, LINE)
        elif function == ssem.LDN:
            self.ldn(operand)
        elif function == ssem.STO:
            self.sto(operand)
        elif function in (ssem.SUB, ssem.SUB5):
            self.sub(operand)
        elif function == ssem.CMP:
            self.cmp(a)


def additions(word, step):
    """turn_additions() of a step that is not zero, as a term; and whether the step is negative."""
    negative = step < 0
    room = z3.If(negative, word & INT_MAX, ~word & INT_MAX)
    return z3.UDiv(room, z3.If(negative, -step, step)), negative


def _words(name):
    return [z3.BitVec("%s%d" % (name, i), 32) for i in range(ssem.LINES)] + [z3.BitVec(name + "A", 32)]


def _is_zero(term):
    """Whether a term is zero for what it looks like: sums are multiplied out."""
    return z3.is_true(z3.simplify(term == 0, som=True))


def _obey(words, function, operand):
    """T-next on the words; where it goes on and whether it skips is another's claim."""
    state = ssem.State(words[:A], words[A], number(0, 5))
    pi = number(function << 13 | operand, 32)
    state, _ = ssem.obey(state, pi=pi)
    return state.store + [state.a]


class Lemmas:
    """ways is the number of claims."""

    def __init__(self, solver):
        self.solver, self.ways = solver, 0

    def _holds(self, text, path, claim):
        self.ways += 1
        if not self.solver.holds(path, claim):
            raise Refused("it is not true that " + text, path + [z3.Not(claim)])

    def _same(self, text, a, b):
        self.ways += 1
        if not _is_zero(a - b) and not self.solver.holds([], a == b):
            raise Refused("it is not true that " + text)

    def prove_instruction(self, function):
        x, d, k = _words("x"), _words("d"), z3.BitVec("k", 32)
        for operand in range(ssem.LINES):
            turn = Turn(d)
            turn.obey(0, function, operand, x[A])
            before = _obey(x, function, operand)
            after = _obey([word + k * step for word, step in zip(x, d)], function, operand)
            for i in WORDS:
                self._same("word %d is as turn.h says" % i, after[i],
                           before[i] + k * turn.difference[i])

    def prove_bits(self, bits):
        """What has the lowest bits zero adds nothing to them: so the instruction, or the line of a jump,
        is the same."""
        x, d, k = z3.BitVecs("x d k", 32)
        high = 32 - bits.bit_length()
        step = z3.Concat(z3.Extract(31, 32 - high, d), number(0, 32 - high))
        self._holds("the bits %#x stay" % bits, [d & bits == 0], d == step)
        # k times 2^n h is 2^n times k h.
        product = z3.Concat(z3.Extract(high - 1, 0, k * z3.ZeroExt(32 - high, z3.Extract(
            31, 32 - high, d))), number(0, 32 - high))
        self._holds("a multiple of such a step has the bits %#x zero" % bits, [], product & bits == 0)
        self._holds("so they stay", [], (x + product) & bits == x & bits)

    def prove_multiple(self, bits):
        """The step in between, on integers, where z3 has no trouble with products."""
        k, h = z3.Ints("k h")
        solver = z3.Solver()
        solver.set("timeout", 60000)
        shift = 1 << bits.bit_length()
        solver.add((k * (shift * h)) != shift * (k * h))
        self.ways += 1
        if solver.check() != z3.unsat:
            raise Refused("a product is not what it is")

    def prove_division(self):
        """On integers, where a word is w - 2^32 if its highest bit is set: while k is at most the room
        divided by the step, nothing wraps, and the sign stays."""
        room, step, k, quotient = z3.Ints("room step k quotient")
        solver = z3.Solver()
        solver.set("timeout", 60000)
        solver.add(step > 0, room >= 0, quotient * step <= room, k >= 0, k <= quotient,
                   z3.Not(z3.And(k * step >= 0, k * step <= room)))
        self.ways += 1
        if solver.check() != z3.unsat:
            raise Refused("a multiple of a step is more than the room there is")
        # The room is what is left of the words with the same sign; and UDiv is a quotient.
        word, step, below, less = *z3.BitVecs("word step", 32), *z3.BitVecs("below less", 31)
        _, negative = additions(word, step)
        room = z3.If(negative, word & INT_MAX, ~word & INT_MAX)
        for sign in range(2):
            same = z3.Concat(number(sign, 1), below)
            self._holds("%d and 31 bits, less at most those, has the same sign" % sign,
                        [z3.ULE(less, below)], z3.Extract(31, 31, same - z3.ZeroExt(1, less)) == sign)
            self._holds("%d and 31 bits, plus at most what is missing, has the same sign" % sign,
                        [z3.ULE(less, ~below)], z3.Extract(31, 31, same + z3.ZeroExt(1, less)) == sign)
        self._holds("beyond it the sign changes", [], (z3.If(
            negative, word - room - 1, word + room + 1) < 0) != (word < 0))
        self._holds("the room and the size of a step are as they are as integers", [step != 0],
                    z3.And(room >= 0, z3.UGT(z3.If(negative, -step, step), 0)))
        self._division(8)

    def _division(self, bits):
        """The whole of it, on words of a few bits, of which z3 multiplies any two."""
        word, step, k = z3.BitVecs("word step k", bits)
        most = (1 << (bits - 1)) - 1
        room = z3.If(step < 0, word & most, ~word & most)
        quotient = z3.UDiv(room, z3.If(step < 0, -step, step))
        for i in range(1 << bits):
            path = [step != 0, z3.UGE(quotient, i)]
            self._holds("%d steps keep the sign" % i, path,
                        ((word + number(i, bits) * step) < 0) == (word < 0))

    # Turns.

    def prove_path(self, path):
        """path: lines, with function and operand of each."""
        x, k = _words("x"), z3.BitVec("k", 32)
        reading = Turn(_words("unknown"))
        for line, function, operand in path:
            reading.obey(line, function, operand, x[A])
        read, touched = reading.read, reading.read | reading.written
        # Words that are not read before they are written may differ by anything.
        d = _words("d")
        turn, y, z = Turn(d), list(x), [x[i] + k * d[i] if i in read else z3.BitVec("any%d" % i, 32)
                                        for i in WORDS]
        start = list(z)
        for number_of, (line, function, operand) in enumerate(path):
            at = turn.difference[line]
            self._same("the %dth instruction is fetched from a word that differs by k times what turn.h says"
                       % number_of, z[line], y[line] + k * at)
            if function in (ssem.JMP, ssem.JRP):
                self._same("so does what it jumps through", z[operand],
                           y[operand] + k * turn.difference[operand])
            if function == ssem.CMP:
                self._same("and A", z[A], y[A] + k * turn.difference[A])
            turn.obey(line, function, operand, y[A])
            y, z = _obey(y, function, operand), _obey(z, function, operand)
        for i in WORDS:
            if i in touched:
                self._same("word %d ends as turn_add() has it" % i, z[i], y[i] + k * turn.difference[i])
            else:
                self._same("word %d is left alone" % i, z[i], start[i])


def turns(store, a, ci, limit=20000, longest=500):
    """The paths of the turns that a program comes to: between two jumps to the same line. Each is a tuple of
    (line, function, operand)."""
    store, a, last, found, path = list(store), a % (1 << 32), {}, set(), []
    for _ in range(limit):
        ci = (ci + 1) % 32
        word = store[ci]
        function, operand = word >> 13 & 7, word & 31
        path.append((ci, function, operand))
        if function == ssem.STP:
            break
        if function == ssem.LDN:
            a = -store[operand] % (1 << 32)
        elif function == ssem.STO:
            store[operand] = a
        elif function in (ssem.SUB, ssem.SUB5):
            a = (a - store[operand]) % (1 << 32)
        elif function == ssem.CMP:
            ci = (ci + (a >> 31)) % 32
        else:
            ci = (store[operand] + (ci if function == ssem.JRP else 0)) % 32
            if ci in last and len(path) - last[ci] <= longest:
                found.add(tuple(path[last[ci]:]))
            last[ci] = len(path)
    return found


def theorems(lemmas):
    for function, name in enumerate(ssem.MNEMONICS[:7]):
        yield "an instruction, function %d, %s" % (function, name), \
            lambda f=function: lemmas.prove_instruction(f)
    for bits, what in ((INSTRUCTION, "an instruction"), (LINE, "the line of a jump")):
        yield "a step without the bits of %s keeps it" % what, lambda b=bits: (
            lemmas.prove_bits(b), lemmas.prove_multiple(b))
    yield "the division that says how many turns keep a sign", lemmas.prove_division
