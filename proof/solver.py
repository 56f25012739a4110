"""Questions to the solvers: is a claim true whenever a path is taken? Which values can a term have?

z3 answers them in this process, each within a time limit. cvc5, if asked for, gets every question
that z3 has answered once more as SMT-LIB 2. That it disagrees ends a proof; how often it agrees, finds
no answer in its own time, or is not asked any more, is counted.
"""

import atexit
import copy
import math
import subprocess
import time

import z3

from machine import Open


class Disagreement(Exception):
    """Two solvers give different answers to one question; at least one is wrong."""


class Cvc5:
    """One process, which is asked one question after the other, and what came of them. It is asked no more
    once it has taken SECONDS, which bounds what a part takes."""

    MILLISECONDS = 5000  # for a question
    SECONDS = 60

    def __init__(self):
        self.agreed = self.unknown = self.disagreed = self.not_asked = 0
        self.seconds = 0.0
        self.process = subprocess.Popen(
            ["cvc5", "--quiet", "--incremental", "--tlimit-per=%d" % self.MILLISECONDS, "--lang=smt2"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        atexit.register(self._end)

    def _end(self):
        self.process.kill()
        self.process.wait()

    def compare(self, answer, smt2):
        """answer: z3's, "sat" or "unsat"."""
        if self.seconds > self.SECONDS:
            self.not_asked += 1
            return
        began = time.monotonic()
        other = self.check(smt2)
        self.seconds += time.monotonic() - began
        if other == "unknown":
            self.unknown += 1
        elif other == answer:
            self.agreed += 1
        else:
            self.disagreed += 1
            raise Disagreement("z3: %s, cvc5: %s:\n%s" % (answer, other, smt2))

    def check(self, smt2):
        """"sat", "unsat" or "unknown"."""
        self.process.stdin.write("(reset)(set-logic QF_BV)\n" + smt2)
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if answer not in ("sat", "unsat", "unknown"):
            raise Open("cvc5 gave no answer: %r" % answer)
        return answer


class Solver:
    """milliseconds: for each question. second: a Cvc5 that is asked as well, or None."""

    def __init__(self, milliseconds=10000, second=None):
        self.milliseconds, self.second = milliseconds, second
        self.questions = 0
        self.seconds = 0.0
        self.until = math.inf

    def within(self, seconds):
        """The same solver, which raises Open at any question that comes later than that."""
        other = copy.copy(self)
        other.until = time.monotonic() + seconds
        return other

    def _check(self, solver):
        if time.monotonic() > self.until:
            raise Open("no answer in time")
        began = time.process_time()
        answer = solver.check()
        self.questions += 1
        self.seconds += time.process_time() - began
        if answer == z3.unknown:
            raise Open("no answer within %d ms" % self.milliseconds)
        if self.second:
            self.second.compare(str(answer), solver.to_smt2())
        return answer == z3.sat

    def _new(self, path):
        solver = z3.SolverFor("QF_BV")
        solver.set("timeout", self.milliseconds)
        solver.add(*path)
        return solver

    def refute(self, path, claim):
        """None if the claim is true whenever all of path is, else a model in which it is not."""
        claim = z3.simplify(claim)
        if z3.is_true(claim):
            return None
        solver = self._new(path)
        solver.add(z3.Not(claim))
        return solver.model() if self._check(solver) else None

    def holds(self, path, claim):
        return self.refute(path, claim) is None

    def model(self, path):
        """A model in which all of path is true, or None if there is none."""
        solver = self._new(path)
        return solver.model() if self._check(solver) else None

    def possible(self, path):
        return self.model(path) is not None

    def values(self, path, term, most):
        """The values that the term can have when all of path is true, at most so many, as numbers
        in order; None if there are more."""
        term = z3.simplify(term)
        if z3.is_bv_value(term):
            return [term.as_long()]
        solver = self._new(path)
        found = []
        while self._check(solver):
            found.append(solver.model().eval(term, model_completion=True).as_long())
            if len(found) > most:
                return None
            solver.add(term != found[-1])
        return sorted(found)
