"""Changes what is proven, one thing at a time as mutations.txt lists them, and has the prover refute it.

Use: mutate.py [--build=DIRECTORY] [PATTERN]: only the lines that match. Prints what refutes each
change. The status is 1 if one is not refuted that should be, or one is that no proof can see.
"""

import argparse
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import templates
from area import Area
from blocks import Prover
from cache import Cache
from elf import Image
from engines import Engine
from invariant import Invariant
from machine import Open, Refused
from options import Parser
from solver import Solver
from translation import Translation

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
SECONDS = 30     # for a question
PARTS = 200      # of the templates, of which
MOST_PARTS = 24  # so many are tried, and
STORES = 6       # so many random stores
GUEST = ["-std=c11", "-O2", "-ffreestanding", "-fno-pic", "-fno-pie", "-mcmodel=small",
         "-mgeneral-regs-only", "-fno-stack-protector", "-fno-asynchronous-unwind-tables",
         "-fcf-protection=none", "-fno-strict-aliasing"]
TRANSLATOR = ["area", "path", "x86"]  # templates.c has the others inside


def compile_c(arguments):
    answer = subprocess.run(["gcc"] + arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, check=False)
    if answer.returncode:
        raise ValueError("it does not compile: " + answer.stdout.strip().splitlines()[0])


def run(program, *arguments):
    """What it prints, line by line; one that dies is refuted."""
    try:
        answer = subprocess.run([program] + list(arguments), stdout=subprocess.PIPE, text=True,
                                stderr=subprocess.DEVNULL, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        raise Refused("the translator does not end") from None
    if answer.returncode:
        raise Refused("the translator fails with status %d" % answer.returncode)
    return answer.stdout.splitlines()


def try_translator(top, build):
    program = os.path.join(top, "templates")
    libraries = re.search(r"^LINKED_LIBS = (.*)$", open(os.path.join(build, "Makefile")).read(), re.M)
    compile_c(["-std=gnu11", "-O1", "-w", "-D_GNU_SOURCE", "-I", build, "-I", os.path.join(top, "src"),
               "-I", top, "-o", program, os.path.join(top, "proof", "templates.c")] +
              [os.path.join(top, "guest", "translate", name + ".c") for name in TRANSLATOR] +
              [os.path.join(build, "libbabyvisor.a")] + libraries.group(1).split())
    solver = Solver(1000 * SECONDS)
    with open(os.path.join(TOP, "programs", "first.bits")) as file:
        words = [int(line[31::-1], 2) for line in file if re.match("[01]{32}", line)]
    words += [0] * (32 - len(words))
    stores = run(program, "store", *map(str, words)) + run(program, "blocks", str(STORES), "1948")
    for _, prove in Area(Translation(stores[0]), solver).theorems():
        prove()
    for part in range(MOST_PARTS):
        for template in templates.read(run(program, str(part), str(PARTS))):
            templates.TemplateProver(template, solver).prove()
        for text in stores[part:part + 1]:
            for block in Translation(text).blocks:
                Prover(block, solver).prove()


def try_cache(top, build):
    """The source, in all contexts; and if that is not to be refuted, what it is compiled to."""
    theorems = list(Cache(Solver(1000 * SECONDS), top).theorems(os.path.join(build, "proof", "templates")))
    for first in ("cache", "take", "own", "store"):  # the quick ones first
        for name, prove in theorems:
            if name.startswith(first):
                prove()
    try_translator(top, build)


def try_engine(top, name):
    path = os.path.join(top, name + ".elf")
    compile_c(GUEST + ["-w", "-I", top, "-nostdlib", "-static", "-Wl,-e," + name + "_run",
                       "-Wl,-Ttext-segment=0x20010000", "-o", path,
                       os.path.join(top, "guest", name + ".c")])
    Engine(Image(path), name + "_run", Solver(1000 * SECONDS)).prove()


def try_change(line, build):
    """What refutes a change; None if nothing does."""
    expected = not line.startswith("-")
    name, change = line.lstrip("- ").split(None, 1)
    with tempfile.TemporaryDirectory() as top:
        for folder in ("guest", "src", "proof"):
            shutil.copytree(os.path.join(TOP, folder), os.path.join(top, folder))
        path = os.path.join(top, "guest", name)
        before = open(path).read()
        subprocess.run(["sed", "-i", "-e", change, path], check=True)
        said = None
        if open(path).read() == before:
            raise ValueError("it changes nothing")
        try:
            if name == "translate/cache.c":
                try_cache(top, build)
            elif name.startswith("translate/"):
                try_translator(top, build)
            elif name == "dynamic.c":
                Invariant(Solver()).compare(top, 20000, top)
            else:
                try_engine(top, name[:-2])
        except Refused as found:
            said = str(found)
        except Open as found:
            said = "not proven: %s" % found
    return expected, said


def main():
    parser = Parser(description="Has the prover refute wrong translators and engines.")
    parser.add_argument("--build", default=os.path.join(TOP, "build"))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("pattern", nargs="?", default="")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(try_change(options.one, options.build)))
        return 0
    lines = [line.rstrip("\n") for line in open(os.path.join(HERE, "mutations.txt"))
             if line.strip() and line[0] != "#" and re.search(options.pattern, line)]

    def try_one(line):
        answer = subprocess.run(
            [sys.executable, os.path.abspath(__file__), "--build=" + os.path.abspath(options.build),
             "--one=" + line], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        if answer.returncode:
            return line, True, None, (answer.stderr.strip().splitlines() or ["it was ended"])[-1]
        return (line, *json.loads(answer.stdout), None)

    wrong = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for line, expected, said, error in pool.map(try_one, lines):
            is_open = said and said.startswith("not proven")
            verdict = "ERROR" if error else "open" if is_open else "refuted" if said else "not seen"
            is_wrong = error or expected != bool(said and not is_open)
            wrong += bool(is_wrong)
            print("%s%s: %s%s" % ("WRONG: " if is_wrong else "", verdict, line,
                                  "\n    " + (error or said) if error or said else ""), flush=True)
    print("%d changes, %d not as expected" % (len(lines), wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
