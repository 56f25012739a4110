#!/usr/bin/env python3
"""Times QEMU's savevm and loadvm of the guest image at work, as its own monitor does them.

Use: savevm.py IMAGE RAMDISK [TIMES]; the RAM disk is what `babyvisor job` writes. Prints the medians in
microseconds. Status 69 where QEMU is not installed."""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


class Machine:
    def __init__(self, image, ramdisk, disk):
        self.process = subprocess.Popen(
            ["qemu-system-x86_64", "-accel", "tcg", "-machine", "pc", "-m", "64", "-nodefaults",
             "-no-user-config", "-display", "none", "-kernel", image, "-initrd", ramdisk,
             "-drive", f"file={disk},format=qcow2,if=ide", "-qmp", "stdio"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        print(json.dumps({"execute": command, "arguments": arguments}), file=self.process.stdin, flush=True)
        while True:
            answer = json.loads(self.process.stdout.readline())
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                sys.exit(f"savevm.py: {answer['error']['desc']}")

    def monitor(self, line):
        said = self.ask("human-monitor-command", **{"command-line": line})
        if said:
            sys.exit(f"savevm.py: {line}: {said.strip()}")

    def timed(self, line):
        began = time.monotonic()
        self.monitor(line)
        return (time.monotonic() - began) * 1e6


def main():
    if not shutil.which("qemu-system-x86_64") or not shutil.which("qemu-img"):
        print("savevm.py: QEMU is not installed", file=sys.stderr)
        return 69
    image, ramdisk = sys.argv[1:3]
    times = int(sys.argv[3]) if len(sys.argv) > 3 else 11
    with tempfile.TemporaryDirectory() as folder:
        disk = os.path.join(folder, "disk")
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", disk, "64M"], check=True)
        machine = Machine(image, ramdisk, disk)
        try:
            time.sleep(1)
            saves = [machine.timed("savevm kept") for _ in range(times)]
            loads = [machine.timed("loadvm kept") for _ in range(times)]
        finally:
            machine.process.kill()
            machine.process.wait()
    print(f"savevm {statistics.median(saves):.0f}")
    print(f"loadvm {statistics.median(loads):.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
