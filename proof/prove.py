"""The prover: what of the machine code that runs SSEM programs is right for every state.

Use: prove.py WHAT [OPTION]... [OPERAND]...; README.md says what each theorem is. parts.py proves all.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from report import NO_SOLVER, OPEN, Report

try:
    import pycparser  # noqa: F401
    import z3  # noqa: F401
except ImportError as error:
    print("prove: %s for Python is missing; on Debian: apt-get install python3-%s" % (error.name, error.name),
          file=sys.stderr)
    sys.exit(NO_SOLVER)

import cache
import cpu_test
import engines
import reference
import templates
import turn
import witness
from area import Area
from blocks import Prover
from elf import Image
from invariant import Invariant
from options import Parser
from solver import Cvc5, Solver
from translation import Translation

INTERPRETERS = ["dispatch", "threaded", "predecoded"]
ASK_SECONDS = 120  # for babyvisor


def new_solver(options, report):
    if options.solver == "both" and not report.second:
        if not shutil.which("cvc5"):
            print("prove: cvc5 is missing; on Debian: apt-get install cvc5", file=sys.stderr)
            sys.exit(NO_SOLVER)
        report.second = Cvc5()
    return Solver(int(1000 * options.seconds), report.second)


def ask(options, command):
    """What babyvisor prints; ends with its status if it fails."""
    try:
        answer = subprocess.run([options.babyvisor] + command, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, timeout=ASK_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        print("prove: %s %s takes longer than %d s; try a smaller --limit" % (
            options.babyvisor, " ".join(command), ASK_SECONDS), file=sys.stderr)
        sys.exit(OPEN)
    if answer.returncode:
        sys.stderr.write(answer.stderr)
        sys.exit(answer.returncode)
    return answer.stdout


def translate(options, engine, program):
    """The translation of a program."""
    return Translation(ask(options, [
        "translate", "--engine=" + engine, "--backend=" + options.backend,
        "--limit=" + options.limit, "--json"] + ([program] if program else [])))


def show_refutation(options, report, block, solver, first):
    """Prints a state in which a block goes wrong, and leaves a program that shows it."""
    found, refused = witness.find(block, solver)
    if found is None:
        report.remark("no state at the entry of the block was found in time")
        return
    report.remark("enter the block of line %d with A = %d, %d instructions left, and the store" %
                  (block.line, witness.signed(found.a), found.left))
    report.remark("  " + " ".join("%d" % witness.signed(word) for word in found.store))
    if found.message != str(first):
        report.remark(found.message)
    shown = witness.show(found, refused, solver, options.babyvisor)
    if shown is None:
        report.remark("no program was found that differs when it is run")
        return
    descriptor, path = tempfile.mkstemp(".json", "refuted-", options.directory)
    with os.fdopen(descriptor, "w") as file:
        file.write(shown[0])
    report.remark("to see it: babyvisor run --limit=%d --engine=%s %s" %
                  (shown[1], block.translation.engine, path))
    report.remark("  and the same with --engine=dispatch")


def prove_translation(options, report, translation, quiet=False):
    """Level 1: the routines of the area, and each block."""
    solver = new_solver(options, report)
    report.title("%s, engine %s after %d instructions: %d blocks" % (
        translation.program, translation.engine, translation.executed, len(translation.blocks)))
    if not translation.blocks:
        report.remark("nothing is translated of a program that is over so soon")
        return
    area = Area(translation, solver)
    theorems = list(area.theorems())
    began, proven = time.process_time(), report.proven
    for name, prove in theorems:
        before = area.ways
        report.row("area: " + name, prove, lambda: area.ways - before, quiet=True)
    if report.proven - proven == len(theorems) and not quiet:
        report.proven_row("area: %d theorems" % len(theorems), area.ways, began)
    shown = False
    for block in translation.blocks:
        prover = Prover(block, solver)
        refused = report.row("line %d: %d instructions of lines %s, %d bytes" % (
            block.line, block.count, block.lines_text(), block.bytes), prover.prove, lambda: prover.ways, quiet)
        if refused and not shown:
            shown = True
            show_refutation(options, report, block, solver, refused)


def prove_program(options, report):
    """Level 1: blocks that are made for programs."""
    for program in options.operands or [None]:
        for engine in options.engine:
            prove_translation(options, report, translate(options, engine, program))


def prove_engines(options, report):
    """Level 3: the interpreters' loops, as they are in the image."""
    image = Image(options.guest)
    report.title("%s: the loops of interpreters" % os.path.basename(options.guest))
    for name in options.operands or INTERPRETERS:
        engine = engines.Engine(image, name + "_run", new_solver(options, report))
        report.row(name, engine.prove, lambda: engine.ways)


def prove_templates(options, report):
    """Level 2: what the translator writes for an instruction, a part of all contexts."""
    part, parts = (int(number) for number in (options.operands or ["0", "1"]))
    solver = new_solver(options, report)
    answer = subprocess.run([options.templates, str(part), str(parts)], stdout=subprocess.PIPE,
                            text=True, timeout=60, check=True)
    report.title("templates of the translator, part %d of %d" % (part, parts))
    for template in templates.read(answer.stdout.splitlines()):
        prover = templates.TemplateProver(template, solver)
        report.row(template.name, prover.prove, lambda: prover.ways, quiet=True)


def prove_cache(options, report):
    """Level 2: A and lines in registers, in all contexts."""
    proof = cache.Cache(new_solver(options, report))
    report.title("guest/translate/cache.c: A and lines, wherever they are held")
    for name, prove in proof.theorems(options.templates):
        if not options.operands or any(name.startswith(each) for each in options.operands):
            before = proof.ways
            report.row(name, prove, lambda: proof.ways - before)


def prove_blocks(options, report):
    """Level 1 on blocks that are made for this: of random stores, as `static` and `dynamic` do."""
    number, seed = (options.operands or ["20", "1"])
    answer = subprocess.run([options.templates, "blocks", number, seed], stdout=subprocess.PIPE,
                            text=True, timeout=60, check=True)
    for text in answer.stdout.splitlines():
        prove_translation(options, report, Translation(text), quiet=True)


def compare_with_cpu(options, report):
    """Level 0: the semantics of each form of instruction, and the decoder."""
    states, encodings = options.operands or ["1000000", "16"]
    report.title("x86 instructions, beside the CPU and objdump")
    with tempfile.TemporaryDirectory() as directory:
        report.row("%s states of %s encodings of each form" % (states, encodings),
                   lambda: cpu_test.compare(directory, int(states), int(encodings)), lambda: 0)


def prove_invariant(options, report):
    """Level 4: what engine `dynamic` keeps true of its table of blocks."""
    states = int((options.operands or ["100000"])[0])
    invariant = Invariant(new_solver(options, report))
    report.title("guest/dynamic.c: the invariant of its table of blocks")
    for name, prove in invariant.theorems():
        before = invariant.ways
        report.row(name, prove, lambda: invariant.ways - before)
    with tempfile.TemporaryDirectory() as directory:
        report.row("the model is the C, on %d states of each function" % states,
                   lambda: invariant.compare(directory, states), lambda: 0)


def prove_turns(options, report):
    """The lemma of engine `leap`, and the turns of programs."""
    lemmas = turn.Lemmas(new_solver(options, report))
    report.title("guest/leap/turn.h: many turns of a loop at once")
    for name, prove in turn.theorems(lemmas):
        before = lemmas.ways
        report.row(name, prove, lambda: lemmas.ways - before)
    for program in options.operands:
        start = json.loads(ask(options, ["convert", "--to=json", program]))
        paths = sorted(turn.turns([word % (1 << 32) for word in start["store"]], start["a"], start["ci"]),
                       key=len)
        before = lemmas.ways
        report.row("%d paths of turns in %s, of %d to %d instructions" % (
            len(paths), program, len(paths[0]) if paths else 0, len(paths[-1]) if paths else 0),
                   lambda: [lemmas.prove_path(path) for path in paths], lambda: lemmas.ways - before)


def prove_step(options, report):
    """The other T-next, in C."""
    report.title("src/ssem/step.c: the reference")
    with tempfile.TemporaryDirectory() as directory:
        step = reference.Step(new_solver(options, report), directory)
        report.row("step() as gcc compiles it is T-next", step.prove, lambda: step.ways)
        what = "Frama-C: no state has undefined behaviour, CI stays below 32"
        if step.has_frama_c():
            report.row(what, step.analyse, lambda: 0)
        else:
            report.skip(what, "frama-c is not installed")


LEVELS = {
    "cpu": compare_with_cpu,
    "invariant": prove_invariant,
    "templates": prove_templates,
    "cache": prove_cache,
    "blocks": prove_blocks,
    "program": prove_program,
    "engines": prove_engines,
    "step": prove_step,
    "turns": prove_turns,
}


def main():
    parser = Parser(description="Proves machine code of babyvisor right for every state.")
    parser.add_argument("--babyvisor", default="build/babyvisor", help="the program")
    parser.add_argument("--guest", default="build/guest/guest.elf", help="the guest image")
    parser.add_argument("--templates", default="build/proof/templates")
    parser.add_argument("--backend", default="native", choices=["native", "kvm"])
    parser.add_argument("--engine", action="append", choices=["static", "dynamic"])
    parser.add_argument("--limit", default="1M", help="instructions, before blocks are looked at")
    parser.add_argument("--solver", default="z3", choices=["z3", "both"],
                        help="both asks cvc5 every question once more")
    parser.add_argument("--seconds", type=float, default=60, help="for a question to the solver")
    parser.add_argument("--directory", default=".", help="where programs that show a refutation go")
    parser.add_argument("what", choices=sorted(LEVELS))
    parser.add_argument("operands", nargs="*", help="programs; parts of another WHAT")
    options = parser.parse_intermixed_args()
    options.engine = options.engine or ["static", "dynamic"]
    report = Report()
    LEVELS[options.what](options, report)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
