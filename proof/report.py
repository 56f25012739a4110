"""What is printed of theorems: a row each, refutations with their state, and a sum."""

import sys
import time

from machine import Open, Refused
from solver import Disagreement

# Exit statuses, as those of babyvisor.
PROVEN, NO_SOLVER, REFUTED, OPEN = 0, 69, 70, 124


class Report:
    """Counts what became of theorems, and prints a row for each."""

    def __init__(self, out=sys.stdout):
        self.out, self.proven, self.refuted, self.open, self.ways = out, 0, 0, 0, 0
        self.disputed, self.second = 0, None
        self.skipped, self.began = [], time.monotonic()

    def title(self, text):
        print("\n%s\n  %-9s %5s %8s  theorem" % (text, "", "ways", "seconds"), file=self.out)

    def row(self, name, prove, ways, quiet=False):
        """Runs prove(). ways() is then how many ways through the code were checked. Returns the
        Refused, if it was. quiet: prints a row only for what is not proven."""
        began, refused = time.process_time(), None
        try:
            prove()
            verdict, remark = "proven", None
            self.proven += 1
        except Refused as error:
            verdict, remark, refused = "REFUTED", str(error), error
            self.refuted += 1
            if error.at is not None:
                remark += ", at %#x" % error.at
        except Disagreement as error:
            verdict, remark = "DISPUTED", str(error)
            self.disputed += 1
        except Open as error:
            verdict, remark = "open", str(error)
            self.open += 1
        self.ways += ways()
        if not quiet or remark:
            self._print(verdict, ways(), began, name)
        if remark:
            self.remark(remark)
        self.out.flush()
        return refused

    def _print(self, verdict, ways, began, name):
        print("  %-9s %5d %8.2f  %s" % (verdict, ways, time.process_time() - began, name), file=self.out)

    def proven_row(self, name, ways, began):
        """Prints a row for several theorems that were quiet and are proven, since began by
        time.process_time(); they are counted already."""
        self._print("proven", ways, began, name)

    def skip(self, name, reason):
        print("  %-9s %5s %8s  %s" % ("skipped", "", "", name), file=self.out)
        self.remark(reason)
        self.skipped.append(reason)

    def remark(self, text):
        print("            " + text, file=self.out)

    def end(self):
        """Prints the sum and returns the exit status. second: the other solver that was asked, if any."""
        text = "%d proven, %d refuted, %d open: %d ways through the code" % (
            self.proven, self.refuted, self.open, self.ways)
        if self.second:
            text += "; cvc5: %d answers agreed, %d unknown in its time, %d not asked, %d disagreed" % (
                self.second.agreed, self.second.unknown, self.second.not_asked, self.second.disagreed)
        text += "".join("; skipped: " + reason for reason in self.skipped)
        print("\n%s, %.0f s" % (text, time.monotonic() - self.began), file=self.out)
        return REFUTED if self.refuted or self.disputed else OPEN if self.open else PROVEN
