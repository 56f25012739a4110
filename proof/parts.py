"""All theorems, in parts that can be proven beside each other, and those of them that are quick.

Use: parts.py all|quick [--part-seconds=N] [OPTION-OF-prove.py]... Prints TAP: a line for each part, with
its seconds and those of processors, and what a part has printed if it is not proven; then a sum. The status
is the worst of the parts', or 130 after Ctrl-C.
"""

import concurrent.futures
import os
import signal
import subprocess
import sys
import threading
import time

from options import Parser

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = sorted(name[:-len(".asm")] for name in os.listdir(os.path.join(HERE, os.pardir, "programs"))
                  if name.endswith(".asm"))
SHARES = 8  # of what the translator writes
OPEN, REFUTED, NO_SOLVER, INTERRUPTED = 124, 70, 69, 130  # statuses, as of babyvisor
WORSE = {0: 0, OPEN: 1, NO_SOLVER: 2, REFUTED: 4}  # any other is a failure: 3


def quick():
    """Pairs of a title and what prove.py is called with; the slow ones first."""
    yield "interpreter dispatch, as compiled", ["engines", "dispatch"]
    yield "the invariant of dynamic", ["invariant", "2000"]
    yield "each form of x86 instruction on 1,000 states", ["cpu", "1000", "4"]
    yield "blocks of programs/first.asm", ["program", "programs/first.asm"]
    yield "blocks of 2 random stores", ["blocks", "2", "1949"]
    yield "what the translator writes, 1 of 300", ["templates", "0", "300"]
    yield "STO with A and lines in registers, in all contexts", \
        ["cache", "each", "cache_begin", "cache_sto"]
    yield "the reference in C", ["step"]
    yield "the lemmas of leap", ["turns", "programs/gcd.asm"]


def everything():
    yield "A and lines in registers, in all contexts", ["cache"]
    for name in ("predecoded", "threaded", "dispatch"):
        yield "interpreter %s, as compiled" % name, ["engines", name]
    yield "the invariant of dynamic", ["invariant"]
    yield "each form of x86 instruction on 1,000,000 states", ["cpu", "1000000", "16"]
    for i in range(SHARES):
        yield "what the translator writes, %d of %d" % (i + 1, SHARES), \
            ["templates", str(i), str(SHARES)]
    for name in PROGRAMS:
        yield "blocks of programs/%s.asm" % name, ["program", "programs/%s.asm" % name]
    for seed in range(4):
        yield "blocks of 10 random stores, seed %d" % seed, ["blocks", "10", str(seed)]
    yield "the reference in C", ["step"]
    yield "the lemmas of leap", ["turns"] + ["programs/%s.asm" % name for name in PROGRAMS]
    for title, command in (("interpreter dispatch", ["engines", "dispatch"]),
                           ("the invariant of dynamic", ["invariant", "100"]),
                           ("A and lines in registers", ["cache", "a", "cache_begin", "cache_sto"]),
                           ("blocks of programs/sum.asm", ["program", "programs/sum.asm"]),
                           ("blocks of programs/first.asm", ["program", "programs/first.asm"]),
                           ("what the translator writes, 1 of 50", ["templates", "0", "50"]),
                           ("the reference in C", ["step"]),
                           ("the lemmas of leap", ["turns", "programs/gcd.asm"])):
        yield title + ", by z3 and cvc5", command + ["--solver=both"]


class Parts:
    """Runs parts beside each other; each is a session of processes, which end() ends."""

    def __init__(self, options, seconds):
        self.options, self.seconds = options, seconds
        self.lock, self.running, self.ended = threading.Lock(), set(), False

    def _end(self, session):
        try:
            os.killpg(session, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def end(self):
        """Ends all that run, and begins no other."""
        with self.lock:
            self.ended = True
            for session in self.running:
                self._end(session)

    def prove(self, title, command):
        """Runs a part. Returns its title, status, seconds, those of processors, and what it printed."""
        began = time.monotonic()
        with self.lock:
            if self.ended:
                return title, OPEN, 0, 0, "not begun"
            process = subprocess.Popen(
                [sys.executable, os.path.join(HERE, "prove.py")] + command + self.options,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
            self.running.add(process.pid)
        timer = threading.Timer(self.seconds, self._end, [process.pid])
        timer.start()
        output = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        with self.lock:
            self.running.remove(process.pid)
        timer.cancel()
        process.returncode = 0  # waited for
        seconds = time.monotonic() - began
        status = os.waitstatus_to_exitcode(status)
        if status < 0:
            output += "\nnot proven: " + ("not in %g s" % self.seconds if seconds >= self.seconds else
                                          "ended by %s" % signal.Signals(-status).name)
            status = OPEN
        return title, status, seconds, used.ru_utime + used.ru_stime, output


def main():
    parser = Parser(description="Proves all, in parts.", allow_abbrev=False)
    parser.add_argument("--part-seconds", type=float, default=840, help="for a part")
    parser.add_argument("what", choices=["all", "quick"])
    own, options = parser.parse_known_args()
    parts = list(quick() if own.what == "quick" else everything())
    runner = Parts(options, own.part_seconds)
    began, worst, count, processors, interrupted = time.monotonic(), 0, {}, 0, False
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    print("1..%d" % len(parts), flush=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {pool.submit(runner.prove, *part) for part in parts}
        number = 0
        while running:
            try:
                ended, _ = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
            except KeyboardInterrupt:
                interrupted = True
                runner.end()
                continue
            done = ended.pop()
            running.remove(done)
            number += 1
            title, status, seconds, used, output = done.result()
            worst = max(worst, status, key=lambda each: WORSE.get(each, 3))
            word = {0: "proven", OPEN: "not proven in its time", REFUTED: "refuted"}.get(status, "failed")
            count[word] = count.get(word, 0) + 1
            processors += used
            lines = output.strip().splitlines()
            print("%sok %d - %s: %s (%.0f s, %.0f s of a processor)" % (
                "not " if status else "", number, title, lines[-1] if lines else "", seconds, used))
            if status:
                print("\n".join("# " + line for line in lines))
            sys.stdout.flush()
    print("# %d parts: %s; %.0f s, %.0f s of processors" % (
        len(parts), ", ".join("%d %s" % (number, word) for word, number in count.items()),
        time.monotonic() - began, processors))
    return INTERRUPTED if interrupted else worst


if __name__ == "__main__":
    sys.exit(main())
