"""Compares the semantics of each form of instruction with the CPU, and the decoder with objdump.

Makes encodings of each form at random, writes what semantics.py says of them as C, and has
cpu_test.c run both on random states.
"""

import os
import random
import re
import subprocess

import z3

import x86
from c_terms import Writer
from machine import Machine, Refused, low
from semantics import execute

CODE, TAKEN, DATA = 0x31000000, 0x31000040, 0x30000000
FLAG_BITS = {"C": 0x001, "Z": 0x040, "S": 0x080, "O": 0x800}
TRIES = 320  # to make an encoding of a form at random
HERE = os.path.dirname(os.path.abspath(__file__))


class Cell:
    """Memory of eight bytes, at whatever address it is asked for."""

    def __init__(self):
        self.value, self.address = z3.BitVec("cell", 64), None

    def read(self, _machine, address, width):
        self.address = address
        return low(self.value, width)

    def write(self, _machine, address, value):
        self.address = address
        if value.size() < 64:
            value = z3.Concat(z3.Extract(63, value.size(), self.value), value)
        self.value = z3.simplify(value)


def random_operand_bytes(chance, opcode):
    """ModRM, SIB and displacement at random; everything that the shape allows."""
    modrm = chance.randrange(256)
    displacement = chance.randrange(1 << 32) if modrm >> 6 == 2 else chance.randrange(256)
    sib = chance.randrange(256)
    tail = displacement.to_bytes(4, "little")
    if modrm >> 6 == 0 and modrm & 7 == 4 and sib & 7 == 5:
        tail = (DATA + 8 * chance.randrange(64)).to_bytes(4, "little")
    if modrm >> 6 == 1:
        tail = tail[:1]
    elif modrm >> 6 == 0 and not (modrm & 7 == 4 and sib & 7 == 5) or modrm >> 6 == 3:
        tail = b""
    if modrm & 7 == 4 and modrm >> 6 != 3:
        return bytes([modrm, sib]) + tail
    return bytes([modrm]) + tail


def random_bytes(chance, form):
    """One encoding of a form, or something near it."""
    opcode = form.opcode
    if form.name in ("jcc", "setcc"):
        opcode += chance.choice(list(x86.CONDITIONS))
    if "O" in form.operands:
        opcode += chance.randrange(8)
    code = opcode.to_bytes(2, "big") if opcode > 0xff else bytes([opcode])
    if not form.operands or form.operands[0] not in ("J8", "J32"):
        if form.operands and form.operands[0] != "O":
            operand = random_operand_bytes(chance, opcode)
            if form.extension is not None:
                operand = bytes([operand[0] & 0xc7 | form.extension << 3]) + operand[1:]
            code += operand
        rex = 0x40 | chance.randrange(16)
        if chance.random() < 0.7 and form.name not in ("nop", "ret"):
            code = bytes([rex]) + code
    for kind in form.operands:
        if kind in ("I8", "C8"):
            code += bytes([chance.randrange(256)])
        elif kind == "IZ":
            code += chance.choice([chance.randrange(1 << 32), 0, 1, 0x80000000, 0xffffffff]
                                  ).to_bytes(4, "little")
        elif kind in ("J8", "J32"):
            size = int(kind[1:]) // 8
            code += ((TAKEN - CODE - len(code) - size) % (1 << 8 * size)).to_bytes(size, "little")
    return code


def is_usable(instruction):
    """Whether the harness can arrange the operands."""
    for operand in instruction.operands:
        if isinstance(operand, x86.Memory):
            if instruction.name == "jmp" and operand.base is None and operand.index is None:
                return False
            if operand.base is None:
                return operand.displacement >= DATA
            if operand.base == operand.index:
                return False
    return True


def encodings(chance, form, count):
    """At most count encodings of the form, by width and kind of operand: what they are called, and pairs of the
    instruction and its bytes."""
    found = {}
    for _ in range(TRIES):
        data = random_bytes(chance, form)
        try:
            instruction = x86.decode(data, CODE)
        except x86.Unknown:
            continue
        if instruction.form is not form or instruction.length != len(data):
            continue
        if not is_usable(instruction):
            continue
        kinds = [type(operand).__name__.lower() for operand in instruction.operands]
        name = "%s %s" % (instruction.name, ", ".join(kinds))
        name = "%s (%d bits, %#x%s)" % (name.strip(), instruction.width, form.opcode,
                                        "" if form.extension is None else " /%d" % form.extension)
        same = found.setdefault(name, [])
        if len(same) < count:
            same.append((instruction, data))
    return found


def model(number, instruction):
    """The C function of the instruction's semantics, and whether it uses memory."""
    machine = Machine(Cell())
    for flag in FLAG_BITS:
        machine.flags[flag] = z3.Bool("flag" + flag)
    before = dict(machine.flags)
    ways = execute(machine, instruction)
    names = {name: "in->reg[%d]" % i for i, name in enumerate(x86.NAMES64)}
    names["cell"] = "in->cell"
    names.update({"flag" + flag: "((in->flags & %#x) != 0)" % bit
                  for flag, bit in FLAG_BITS.items()})
    writer = Writer(names)
    ends = ["out->reg[%d] = %s;" % (i, writer.name(term)) for i, term in enumerate(machine.regs)]
    ends.append("out->cell = %s;" % writer.name(machine.memory.value))
    for flag, bit in FLAG_BITS.items():
        term = machine.flags[flag]
        if term is not None:
            ends.append("out->flags = %s ? out->flags | %#xull : out->flags & ~%#xull;" %
                        (writer.name(term), bit, bit))
            ends.append("out->defined |= %#xull;" % bit)
    assert before.keys() == machine.flags.keys()
    if len(ways) == 2:
        ends.append("out->next = %s ? %s : %s;" % tuple(
            writer.name(term) for term in (ways[0][0], ways[0][1], ways[1][1])))
    else:
        ends.append("out->next = %s;" % writer.name(ways[0][1]))
    if machine.memory.address is not None:
        ends.append("out->address = %s;" % writer.name(machine.memory.address))
    body = "\n    ".join(writer.lines + ends)
    return ("static void model_%d(const struct state *in, struct state *out)\n{\n    %s\n}\n" %
            (number, body)), machine.memory.address is not None


def row(number, name, instruction, data, uses_memory):
    """The row of the table of variants."""
    memory = next((operand for operand in instruction.operands
                   if isinstance(operand, x86.Memory)), None)
    jump, through = "FALLS", -1
    if instruction.name == "ret":
        memory, jump = x86.Memory(x86.SP, None, 0, 0, 64), "THROUGH_MEMORY"
    elif instruction.name == "jmp" and uses_memory:
        jump = "THROUGH_MEMORY"
    elif instruction.name == "jmp" and isinstance(instruction.operands[0], x86.Register):
        jump, through = "THROUGH_REGISTER", instruction.operands[0].number
    elif instruction.name in ("jmp", "jcc"):
        jump = "JUMPS"
    base, index, scale, displacement = -1, -1, 0, 0
    if uses_memory:
        base = -1 if memory.base is None else memory.base
        index = -1 if memory.index is None else memory.index
        scale, displacement = memory.scale, memory.displacement
    return '{"%s", "%s", {%s}, %d, %d, %d, %d, %d, %d, %s, %d, model_%d},' % (
        name, instruction, ", ".join("%#x" % byte for byte in data), len(data), uses_memory, base,
        index, scale, displacement, jump, through, number)


def objdump(directory, codes):
    """What objdump calls each of the instructions, one after the other at CODE."""
    path = os.path.join(directory, "encodings.bin")
    with open(path, "wb") as file:
        for data in codes:
            file.write(data.ljust(16, b"\x90"))
    answer = subprocess.run(
        ["objdump", "-D", "-b", "binary", "-m", "i386:x86-64", "-M", "intel", "--no-show-raw-insn",
         "-z", "-w", path], check=True, stdout=subprocess.PIPE, text=True).stdout
    texts = {}
    for line in answer.splitlines():
        address, tab, rest = line.partition(":\t")
        if tab:
            texts[int(address, 16)] = " ".join(rest.split())
    return texts


def check_decoder(directory, tried):
    """Compares the decoder's text with objdump's, instruction by instruction."""
    texts = objdump(directory, [data for _, data in tried])
    wrong = []
    for i, (_, data) in enumerate(tried):
        ours = str(x86.decode(data, 16 * i))
        # Prefixes, indices and displacements that are there and change nothing.
        theirs = re.sub(r"^rex[.WRXB]* |\+riz\*\d|\+0x0(?=])", "", texts.get(16 * i, "?"))
        if theirs.startswith("nop"):
            theirs = "nop"
        if ours != theirs or 16 * i + len(data) not in texts:
            wrong.append("%s is %s, objdump: %s" % (data.hex(), ours, theirs))
    return wrong


def compare(directory, states, count, seed=1948):
    """Tries count encodings of each form on so many states; raises Refused for what differs."""
    chance = random.Random(seed)
    functions, rows, tried = [], [], []
    for form in x86.FORMS:
        for name, same in sorted(encodings(chance, form, count).items()):
            for instruction, data in same:
                function, uses_memory = model(len(rows), instruction)
                functions.append(function)
                rows.append(row(len(rows), name, instruction, data, uses_memory))
                tried.append((instruction, data))
    missing = set(map(tuple, x86.FORMS)) - {tuple(instruction.form) for instruction, _ in tried}
    with open(os.path.join(directory, "variants.h"), "w") as file:
        file.write("\n".join(functions))
        file.write("\nstatic const struct variant variants[] = {\n%s\n};\n" % "\n".join(rows))
    program = os.path.join(directory, "cpu_test")
    subprocess.run(["gcc", "-O1", "-I", directory, "-o", program,
                    os.path.join(HERE, "cpu_test.c")], check=True)
    answer = subprocess.run([program, str(states), str(seed)], timeout=600, check=False,
                            stdout=subprocess.PIPE, text=True)
    wrong = [line for line in answer.stdout.splitlines() if not line.startswith("ok")][:-1]
    wrong += check_decoder(directory, tried)
    wrong += ["never tried: %s" % (form,) for form in missing]
    if answer.returncode or wrong:
        raise Refused("; ".join(wrong[:20]) or "the CPU stops with %d" % answer.returncode)
