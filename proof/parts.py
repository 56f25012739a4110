"""All theorems, in parts that can be proven beside each other, and those of them that are quick.

Use: parts.py all|quick [OPTION-OF-prove.py]... Prints TAP: a line for each part, and what a part has
printed if it is not proven. The status is the worst that a part had.
"""

import concurrent.futures
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = ["divide", "draw", "first", "gcd", "primes", "sum"]
SHARES = 16  # of what the translator writes
SECONDS = 840  # for one part
OPEN = 124  # status, as of babyvisor


def quick():
    """Pairs of a title and what prove.py is called with; the slow ones first."""
    yield "interpreter dispatch, as compiled", ["engines", "dispatch"]
    yield "the invariant of dynamic", ["invariant", "2000"]
    yield "each form of x86 instruction on 1,000 states", ["cpu", "1000", "4"]
    yield "blocks of programs/first.asm", ["program", "programs/first.asm"]
    yield "blocks of 2 random stores", ["blocks", "2", "1949"]
    yield "what the translator writes, 1 of 300", ["templates", "0", "300"]
    yield "the reference in C", ["step"]
    yield "the lemmas of leap", ["turns", "programs/gcd.asm"]


def everything():
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
                           ("blocks of programs/sum.asm", ["program", "programs/sum.asm"]),
                           ("what the translator writes, 1 of 300", ["templates", "0", "300"]),
                           ("the reference in C", ["step"]),
                           ("the lemmas of leap", ["turns", "programs/gcd.asm"])):
        yield title + ", by z3 and cvc5", command + ["--solver=both"]


def prove(title, command, options):
    """Runs a part. Returns its title, status, seconds and output."""
    began = time.monotonic()
    try:
        answer = subprocess.run([sys.executable, os.path.join(HERE, "prove.py")] + command + options,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return title, OPEN, SECONDS, "not proven in %d s" % SECONDS
    return title, answer.returncode, time.monotonic() - began, answer.stdout


def main():
    parts = list(quick() if sys.argv[1] == "quick" else everything())
    worst = 0
    print("1..%d" % len(parts), flush=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        running = [pool.submit(prove, *part, sys.argv[2:]) for part in parts]
        for number, done in enumerate(concurrent.futures.as_completed(running), 1):
            title, status, seconds, output = done.result()
            worst = max(worst, status)
            lines = output.strip().splitlines()
            print("%sok %d - %s: %s (%.0f s)" % (
                "not " if status else "", number, title, lines[-1] if lines else "", seconds))
            if status:
                print("\n".join("# " + line for line in lines))
            sys.stdout.flush()
    return worst


if __name__ == "__main__":
    sys.exit(main())
