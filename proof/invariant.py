"""The invariant of engine `dynamic`, over all that changes its table of blocks: masks of lines, for every state.

The theorem. Each of forget(), begin(), look(), translate() and notice() of guest/dynamic.c keeps this:
- depended is what the translated blocks depend on, and none of them writes a depended line without a look;
- the cache has the translated blocks and those of another program that are stale;
- nothing is translated of a program that is cold, only then is a block stale, and one that is cold is
  still watched, so that the cache is not entered.
notice() makes nothing depend on the line that has changed, nor on any line on which nothing depended;
translate() says of the lines that are depended on from now on what they hold. So whenever the cache is
entered, every block in it finds what it asks for (blocks.py): the mask has the lines that it depends
on, these hold what they held, and the mask has none that it writes without a look.

The model is written by hand. dynamic_test.c compares it with the functions as they are compiled from
guest/dynamic.c, on random states.
"""

import os
import subprocess

import z3

from c_terms import Writer
from machine import Refused, number
from ssem import LINES

HERE = os.path.dirname(os.path.abspath(__file__))
MASKS = ["translated", "depended", "restless", "stale", "slots"]
NUMBERS = ["begun", "cold", "watched"]
PER_LINE = ["depends", "guards", "stores", "recorded"]
COLD, WATCHED, OFTEN, SOON = 1024, 256, 8, 65536  # as in guest/dynamic.c; the comparison checks them


def bit(line):
    """The set of one line, a term of 5 bits."""
    return number(1, 32) << z3.ZeroExt(27, line)


def has(mask, line):
    return mask & bit(line) != 0


class State(dict):
    """Terms by name; those of PER_LINE are lists."""

    @staticmethod
    def any():
        state = State({name: z3.BitVec(name, 32) for name in MASKS + NUMBERS})
        state.update({name: [z3.BitVec("%s%d" % (name, i), 32) for i in range(LINES)]
                      for name in PER_LINE})
        return state

    def but(self, **changed):
        return State(self, **changed)

    def where(self, condition, other):
        """This one if the condition is true, else the other."""
        return State({name: [z3.If(condition, a, b) for a, b in zip(term, other[name])]
                      if isinstance(term, list) else z3.If(condition, term, other[name])
                      for name, term in self.items()})


def union(translated, sets):
    """What those of the sets have whose lines are translated."""
    all_of = number(0, 32)
    for i, term in enumerate(sets):
        all_of = all_of | z3.If(z3.Extract(i, i, translated) == 1, term, number(0, 32))
    return all_of


# The functions of guest/dynamic.c.


def remove_blocks(s, blocks):
    left = s["translated"] & ~blocks
    return s.but(translated=left, depended=union(left, s["depends"]),
                 slots=s["slots"] & ~blocks).where(blocks != 0, s)


def forget(s):
    slots = z3.If(s["begun"] == 0, number(0, 32), s["slots"])
    s = remove_blocks(s.but(slots=slots, begun=number(1, 32)), s["translated"] | s["stale"])
    return s.but(restless=number(0, 32), stale=number(0, 32), watched=number(WATCHED, 32))


def begin(s, store):
    translated = z3.If(s["begun"] == 0, number(0, 32), s["translated"])
    return s.but(stale=s["stale"] | translated, translated=number(0, 32), depended=number(0, 32),
                 cold=number(COLD, 32), watched=number(WATCHED, 32), recorded=list(store))


def look(s, executed, watched_off):
    """Pairs of a condition and a state. executed: by threaded_run() while it is cold; watched_off: one by
    one after that."""
    cold = s["cold"] - executed
    warmed = forget(s.but(cold=number(0, 32)))
    for condition, after in ((s["cold"] == 0, s), (z3.And(s["cold"] != 0, cold == 0), warmed),
                             (z3.And(s["cold"] != 0, cold != 0), s.but(cold=cold))):
        yield condition, after.but(watched=after["watched"] - watched_off)


def careless(s, depends):
    """The blocks that write one of these lines without a look."""
    return _those(z3.And(z3.Extract(i, i, s["translated"]) == 1, s["stores"][i] & depends != 0)
                  for i in range(LINES))


def _those(conditions):
    blocks = number(0, 32)
    for i, condition in enumerate(conditions):
        blocks = blocks | z3.If(condition, number(1 << i, 32), number(0, 32))
    return blocks


def translate(s, line, block, store, removed):
    """block: the sets depends, guards and stores of what translate_block() made. removed: the careless."""
    s = remove_blocks(s.but(slots=s["slots"] | bit(line)), removed)
    made = {name: [z3.If(line == i, block[name], old) for i, old in enumerate(s[name])]
            for name in ("depends", "guards", "stores")}
    recorded = [z3.If(z3.Extract(i, i, block["depends"]) == 1, store[i], old)
                for i, old in enumerate(s["recorded"])]
    return s.but(translated=s["translated"] | bit(line), recorded=recorded,
                 depended=s["depended"] | block["depends"], **made)


def restless(s, line, often):
    """often: whether the line has changed so often that it is restless from now on."""
    return z3.If(often, s["restless"] | bit(line), s["restless"])


def concerned(s, line, often):
    """The blocks that are not right any more when the line has changed, or not worth it."""
    return _those(z3.And(z3.Extract(i, i, s["translated"]) == 1,
                         has(s["depends"][i] | s["guards"][i] & restless(s, line, often), line))
                  for i in range(LINES))


def notice(s, line, often, removed):
    """removed: the concerned."""
    return remove_blocks(s.but(restless=restless(s, line, often)), removed)


# What is to be proven.


def invariant(s):
    yield "depended is what blocks depend on", s["depended"] == union(s["translated"], s["depends"])
    yield "no block writes a depended line without a look", \
        union(s["translated"], s["stores"]) & s["depended"] == 0
    yield "the cache has the translated and the stale blocks", \
        z3.Implies(s["begun"] != 0, s["slots"] == s["translated"] | s["stale"])
    yield "nothing is translated of a program that is cold", \
        z3.Implies(s["cold"] != 0, s["translated"] == 0)
    yield "only a cold program has stale blocks", z3.Implies(s["cold"] == 0, s["stale"] == 0)
    yield "a program that is cold is watched", z3.Implies(s["cold"] != 0, s["watched"] != 0)
    yield "nothing is translated before there is a cache", \
        z3.Implies(s["begun"] == 0, z3.And(s["translated"] == 0, s["depended"] == 0, s["stale"] == 0))


def any_store():
    return [z3.BitVec("store%d" % i, 32) for i in range(LINES)]


ANY_SET = z3.BitVec("removed", 32)  # blocks, when it does not matter which of them are removed


class Invariant:
    """Proves the theorems; ways is the number of claims."""

    def __init__(self, solver):
        self.solver, self.ways, self.before = solver, 0, State.any()
        self.line, self.store = z3.BitVec("line", 5), any_store()
        self.kept = [claim for _, claim in invariant(self.before)]

    def _prove(self, path, claims):
        """A claim about masks bit by bit."""
        if not self.solver.possible(path):
            raise Refused("what is assumed contradicts itself")
        for text, claim in claims:
            self.ways += 1
            of = claim.children()
            parts = [claim]
            if z3.is_eq(claim) and z3.is_bv(of[0]) and of[0].size() == 32:
                parts = [z3.Extract(i, i, of[0]) == z3.Extract(i, i, of[1]) for i in range(32)]
            for part in parts:
                if not self.solver.holds(path, part):
                    raise Refused("it is not true that " + text, path + [z3.Not(part)])

    def prove_forget(self):
        after = forget(self.before)
        kept = [claim for text, claim in invariant(self.before) if "cold" not in text]
        path = kept + [self.before["cold"] == 0]  # of look(), which has stale blocks then; or of advance()
        self._prove(path, list(invariant(after)) + [
            ("nothing is translated", after["translated"] == 0), ("nothing is stale", after["slots"] == 0)])

    def prove_begin(self):
        self._prove(self.kept, invariant(begin(self.before, self.store)))

    def prove_look(self):
        """threaded_run() obeys as many as it may unless there is an STP; the loop after it goes on only
        if there is something left and there was no STP."""
        before, left, executed, off = self.before, z3.BitVec("left", 64), *z3.BitVecs("n off", 32)
        stp, most = z3.Bool("stp"), z3.ZeroExt(32, before["cold"])
        most = z3.If(z3.ULT(most, left), most, left)
        said = [left != 0, before["watched"] != 0,
                z3.Implies(before["cold"] != 0, z3.And(
                    z3.ULE(z3.ZeroExt(32, executed), most),
                    z3.Or(stp, z3.ZeroExt(32, executed) == most))),
                z3.Implies(z3.And(before["cold"] != 0, z3.Or(
                    stp, left == z3.ZeroExt(32, executed))), off == 0)]
        for condition, after in look(before, executed, off):
            path = self.kept + said + [condition, z3.ULE(off, after["watched"] + off)]
            self._prove(path, invariant(after))

    def prove_translate(self):
        """translate_block()'s contract: what it relies on is among what the path uses and is fixed, and
        it guards or does not store to what it is to guard."""
        before, uses = self.before, z3.BitVec("uses", 32)
        block = {name: z3.BitVec("made_" + name, 32) for name in ("depends", "guards", "stores")}
        fixed = ~before["restless"]
        guarded = before["depended"] | uses & fixed
        path = self.kept + [
            before["begun"] != 0, before["watched"] == 0, z3.Not(has(before["translated"], self.line)),
            block["depends"] & ~(uses & fixed) == 0, block["stores"] & guarded == 0]
        holds = z3.And(*[z3.Or(z3.Extract(i, i, before["depended"]) == 0, now == before["recorded"][i])
                         for i, now in enumerate(self.store)])
        removed = careless(before, block["depends"])
        stays = [z3.Or(z3.Extract(i, i, before["translated"] & ~ANY_SET) == 0, stores & block["depends"] == 0)
                 for i, stores in enumerate(before["stores"])]
        self._prove([], [("no block stays that is careless", z3.substitute(claim, (ANY_SET, removed)))
                         for claim in stays])
        stays.append(ANY_SET & ~before["translated"] == 0)
        self._prove([], [("only blocks are removed", removed & ~before["translated"] == 0)])
        after = translate(before, self.line, block, self.store, ANY_SET)
        self._prove(path + [holds] + stays, list(invariant(after)) + [
            ("depended lines hold what the table says of line %d" % i,
             z3.Or(z3.Extract(i, i, after["depended"]) == 0, now == after["recorded"][i]))
            for i, now in enumerate(self.store)] + [
                ("the line has a block", has(after["slots"] & after["translated"], self.line))])

    def prove_notice(self):
        before, often = self.before, z3.Bool("often")
        after = notice(before, self.line, often, ANY_SET)
        self._prove(self.kept + [ANY_SET & ~before["translated"] == 0], list(invariant(after)) + [
            ("no more lines are depended on", after["depended"] & ~before["depended"] == 0),
            ("the table says of lines what it said", z3.And(*[
                a == b for a, b in zip(after["recorded"], before["recorded"])]))])
        removed = concerned(before, self.line, often)
        self._prove([], [("only blocks are removed", removed & ~before["translated"] == 0)])
        after = notice(before, self.line, often, removed)
        self._prove([], [("no block stays that depends on the line", z3.Not(z3.And(
            z3.Extract(i, i, after["translated"]) == 1, has(depends, self.line))))
                         for i, depends in enumerate(before["depends"])])
        # So nothing depends on it, as depended is what blocks depend on.
        self._prove([z3.Or(z3.Extract(i, i, ANY_SET) == 0, z3.Not(has(depends, self.line)))
                     for i, depends in enumerate(before["depends"])], [
            ("nothing depends on the line", z3.Not(has(union(ANY_SET, before["depends"]), self.line)))])

    def prove_entry(self):
        """advance() is called only when nothing is left to watch."""
        s, block = self.before, z3.BitVec("block", 5)
        of = {name: sum((z3.If(block == i, term, number(0, 32)) for i, term in enumerate(s[name])),
                        number(0, 32)) for name in ("depends", "stores")}
        self._prove(self.kept + [s["watched"] == 0, s["begun"] != 0, has(s["slots"], block)], [
            ("the mask has what any block in the cache depends on", of["depends"] & ~s["depended"] == 0),
            ("and nothing that it writes without a look", of["stores"] & s["depended"] == 0)])

    @staticmethod
    def compare(include, states, top=os.path.dirname(HERE)):
        """The model beside the C, that of the tree at top."""
        write_model(os.path.join(include, "model.h"))
        program = os.path.join(include, "dynamic_test")
        subprocess.run(["gcc", "-O1", "-I", include, "-I", top, "-o", program,
                        os.path.join(HERE, "dynamic_test.c")] +
                       [os.path.join(top, "guest", "translate", name)
                        for name in ("area.c", "x86.c")], check=True)
        answer = subprocess.run([program, str(states)], timeout=300, check=False,
                                stdout=subprocess.PIPE, text=True)
        if answer.returncode:
            raise Refused("the model is not guest/dynamic.c: %s" % (
                answer.stdout.strip() or "signal %d" % -answer.returncode))

    def theorems(self):
        yield "forget() keeps the invariant, and empties the cache", self.prove_forget
        yield "begin() keeps the invariant", self.prove_begin
        yield "look() keeps the invariant", self.prove_look
        yield "translate() keeps the invariant, and records what is relied on", self.prove_translate
        yield "notice() keeps the invariant, and has nothing depend on the line", self.prove_notice
        yield "whoever enters the cache keeps the hypotheses of each block in it", self.prove_entry


def write_model(path):
    """The transitions as C functions of struct model, which dynamic_test.c has."""
    before, line, often = State.any(), z3.BitVec("line", 5), z3.BitVec("often", 32) != 0
    block = {name: z3.BitVec("made_" + name, 32) for name in ("depends", "guards", "stores")}
    functions = {
        "forget": forget(before),
        "begin": begin(before, any_store()),
        "translate": translate(before, line, block, any_store(), careless(before, block["depends"])),
        "notice": notice(before, line, often, concerned(before, line, often)),
    }
    names = {name: "s->" + name for name in MASKS + NUMBERS}
    names.update({"%s%d" % (name, i): "s->%s[%d]" % (name, i)
                  for name in PER_LINE for i in range(LINES)})
    names.update({"store%d" % i: "in->store[%d]" % i for i in range(LINES)})
    names.update({name: "in->" + name for name in (
        "line", "often", "made_depends", "made_guards", "made_stores")})
    with open(path, "w") as file:
        for constant in ("COLD", "WATCHED", "OFTEN", "SOON"):
            file.write("_Static_assert(%s == %d, \"invariant.py\");\n" % (constant, globals()[constant]))
        for name, after in functions.items():
            writer = Writer(names)
            results = []
            for field, term in after.items():
                if isinstance(term, list):
                    results += ["out->%s[%d] = (uint32_t)%s;" % (field, i, writer.name(one))
                                for i, one in enumerate(term)]
                else:
                    results.append("out->%s = (uint32_t)%s;" % (field, writer.name(term)))
            file.write("static void model_%s(const struct model *s, const struct inputs *in,\n"
                       "        struct model *out)\n{\n(void)in;\n%s\n%s\n}\n" % (
                           name, "\n".join(writer.lines), "\n".join(results)))
