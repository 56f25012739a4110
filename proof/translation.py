"""What `babyvisor translate --json` says: schema babyvisor/translation/1."""

import json

from ssem import LINES
from execute import Code


def _set(lines):
    """A set of lines as bits."""
    bits = 0
    for line in lines:
        if not 0 <= line < LINES:
            raise ValueError("line %d" % line)
        bits |= 1 << line
    return bits


class Block:
    """One block. marks: where the code of each instruction begins, and where that of the last one ends.
    They are hints: a wrong one can make a proof fail and nothing else."""

    def __init__(self, translation, block):
        self.translation, self.line = translation, block["line"]
        self.count, self.bytes = block["instructions"], block["bytes"]
        self.depends, self.guards, self.stores = (
            _set(block[name]) for name in ("depends", "guards", "stores"))
        self.lines = dict(enumerate(part["line"] for part in block["parts"]
                                    if part["part"] == "instruction"))
        self.start = translation.slot(self.line)
        self.marks = [self.start + block["entry"]]
        for size in block["sizes"]:
            self.marks.append(self.marks[-1] + size)
        self.words = {line: translation.store[line] for line in range(LINES)
                      if self.depends >> line & 1}

    def lines_text(self):
        """The lines that it obeys, as 4-9."""
        runs = []
        for line in sorted(set(self.lines.values())):
            if runs and line == runs[-1][1] + 1:
                runs[-1][1] = line
            else:
                runs.append([line, line])
        return ", ".join("%d" % first if first == last else "%d-%d" % (first, last)
                         for first, last in runs)


class Translation:
    """All that an engine has translated. checks: whether it is one of `static`, whose blocks check
    the words that they may not rely on."""

    def __init__(self, text):
        data = json.loads(text)
        if data["schema"] != "babyvisor/translation/1":
            raise ValueError("this is no translation, but %s" % data["schema"])
        area = data["area"]
        self.program, self.engine, self.executed = (
            data["program"], data["engine"], int(data["executed"]))
        self.checks = self.engine == "static"
        self.address = area["address"]
        self.bytes = bytes.fromhex(area["code"])
        self.enter, self.exit, self.functions = (
            self.address + area[name] for name in ("enter", "exit", "functions"))
        self.slots, self.slot_size = self.address + area["slots"], area["slot"]
        self.store = [word % (1 << 32) for word in data["store"]]
        self.depended, self.restless = _set(data["depended"]), _set(data["restless"])
        self.code = Code([(self.enter, self.bytes[self.enter - self.address:])])
        self.blocks = [Block(self, block) for block in data["blocks"]]

    def slot(self, line):
        return self.slots + line * self.slot_size

    def slot_of(self, address):
        """The line whose slot begins at the address, or None."""
        line, offset = divmod(address - self.slots, self.slot_size)
        return line if offset == 0 and 0 <= line < LINES else None
