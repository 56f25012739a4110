"""T-next is written twice: here the one in C, src/ssem/step.c, is compared with ssem.py, for every state.

By its machine code, as gcc makes it here, and by Frama-C's Eva, which shows that no state leads to
undefined behaviour in step() or step_run().
"""

import os
import re
import shutil
import subprocess

import z3

import ssem
import x86
from elf import Image
from execute import Code, walk
from machine import Machine, Open, Refused, low, zero_extend
from memory import FIELD_A, FIELD_CI, FIELD_EXECUTED, Memory

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BABY, SP, RETURN = (z3.BitVec(name, 64) for name in ("baby", "sp", "return"))
SAVED = (x86.BX, x86.BP, x86.R12, x86.R13, x86.R14, x86.R15)


class Step:
    """ways is the number of ways through step()."""

    def __init__(self, solver, directory):
        self.solver, self.ways, self.directory = solver, 0, directory

    def _code(self):
        path = os.path.join(self.directory, "step.elf")
        subprocess.run(["gcc", "-O2", "-std=gnu11", "-fno-pie", "-static", "-nostdlib", "-fno-jump-tables",
                        "-fcf-protection=none", "-fno-stack-protector", "-I", TOP, "-I",
                        os.path.join(TOP, "src"), "-Wl,-e,step,--unresolved-symbols=ignore-all",
                        "-o", path, os.path.join(TOP, "src", "ssem", "step.c")], check=True)
        return Image(path)

    def prove(self):
        """step() leaves what T-next does, whatever the state is; CI counts modulo 32."""
        image = self._code()
        state = ssem.State([z3.BitVec("S%d" % i, 32) for i in range(ssem.LINES)],
                           z3.BitVec("A", 32), z3.BitVec("CI", 5))
        executed = z3.BitVecs("executed_low executed_high", 32)
        fields = {FIELD_A: state.a, FIELD_CI: z3.Concat(z3.BitVec("CI_high", 27), state.ci),
                  FIELD_EXECUTED: executed[0], FIELD_EXECUTED + 4: executed[1]}
        machine = Machine(Memory(self.solver, BABY, state.store, fields, SP, {0: RETURN},
                                 image.segments))
        machine.regs[x86.DI], machine.regs[x86.SP] = BABY, SP
        entry = list(machine.regs)
        after, stop = ssem.obey(state)
        for way, target in walk(Code(image.segments), self.solver, machine,
                                image.symbols["step"][0], lambda address: False):
            self.ways += 1
            fields = way.memory.fields
            claims = [("it returns", target == RETURN),
                      ("the store is T's", z3.And(*[
                          a == b for a, b in zip(way.memory.store, after.store)])),
                      ("A is T's", fields[FIELD_A] == after.a),
                      ("CI is T's", fields[FIELD_CI] == zero_extend(after.ci, 32)),
                      ("the count is left alone", z3.And(
                          fields[FIELD_EXECUTED] == executed[0],
                          fields[FIELD_EXECUTED + 4] == executed[1])),
                      ("it says whether it was an STP", (low(way.regs[x86.AX], 8) == 0) == stop),
                      ("rsp is kept", way.regs[x86.SP] == SP + 8)]
            claims += [(x86.NAMES64[i] + " is kept", way.regs[i] == entry[i]) for i in SAVED]
            for text, claim in claims:
                if not self.solver.holds(way.path, claim):
                    raise Refused("it is not true that " + text, way.path + [z3.Not(claim)])

    @staticmethod
    def has_frama_c():
        return shutil.which("frama-c") is not None

    @staticmethod
    def _frama_c(*arguments):
        answer = subprocess.run(["frama-c", "-c11", "-cpp-extra-args=-I. -Isrc", "proof/step.c"] +
                                list(arguments), cwd=TOP, stdout=subprocess.PIPE, text=True,
                                stderr=subprocess.STDOUT, timeout=300, check=False)
        if answer.returncode:
            raise Open("frama-c fails: " + answer.stdout.strip().splitlines()[-1])
        return answer.stdout

    def analyse(self):
        """Eva: every value that step() can meet is followed; alarms are what could be undefined."""
        said = self._frama_c("-eva", "-eva-precision", "3")
        found = re.search(r"(\d+) alarms? generated", said)
        if found is None or int(found.group(1)):
            raise Refused("Eva: " + " ".join(line.strip() for line in said.splitlines()
                                             if "alarm" in line and "configuration" not in line))
        if "post-condition 'line'" in said or re.search("postcondition 'line' got status", said):
            raise Open("Eva does not know that CI stays below 32")
