#!/usr/bin/env python3
"""What the panel costs: of a core at the speed of 1948, and of the rate without a limit, as a ratio to
`run`, in turn.

Use: tests/bench/panel.py BABYVISOR PROGRAM [ROUNDS]; PROGRAM must run for longer than SECONDS."""
import fcntl
import json
import os
import pty
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

SECONDS = 4


class Panel:
    """The panel on a terminal of 80 columns and 24 lines, whose output is read and dropped."""

    def __init__(self, babyvisor, program, state):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            time.sleep(0.2)
            os.environ["TERM"] = "xterm-256color"
            os.execv(babyvisor, [babyvisor, "panel", "--engine=dynamic", "--output=" + state, program])
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        threading.Thread(target=self.drain, daemon=True).start()
        time.sleep(1)

    def drain(self):
        try:
            while os.read(self.terminal, 65536):
                pass
        except OSError:
            pass

    def press(self, keys):
        os.write(self.terminal, keys.encode())

    def processor_time(self):
        with open(f"/proc/{self.process}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def quit(self):
        self.press("q")
        os.waitpid(self.process, 0)


def share_of_a_core(babyvisor, program, folder):
    panel = Panel(babyvisor, program, folder + "/state")
    panel.press(" ")
    before = panel.processor_time()
    time.sleep(SECONDS)
    share = (panel.processor_time() - before) / SECONDS
    panel.press(" ")
    panel.quit()
    return share


def rate_of_panel(babyvisor, program, folder):
    state = folder + "/state"
    panel = Panel(babyvisor, program, state)
    panel.press("*")
    time.sleep(0.2)
    panel.press(" ")
    begun = time.monotonic()
    time.sleep(SECONDS)
    panel.press(" ")
    ran = time.monotonic() - begun
    time.sleep(0.5)
    panel.press(":save\r")
    time.sleep(0.5)
    panel.quit()
    with open(state, encoding="ascii") as file:
        return json.load(file)["executed"] / ran


def rate_of_run(babyvisor, program):
    ran = subprocess.run([babyvisor, "run", "--engine=dynamic", f"--timeout={SECONDS}", "--json", program],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return json.loads(ran.stdout)["executed"] / SECONDS


def main():
    babyvisor, program = os.path.abspath(sys.argv[1]), sys.argv[2]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with tempfile.TemporaryDirectory() as folder:
        share = share_of_a_core(babyvisor, program, folder)
        print(f"panel at the speed of 1948: {100 * share:.1f} % of a core")
        ratios = sorted(rate_of_panel(babyvisor, program, folder) / rate_of_run(babyvisor, program)
                        for _ in range(rounds))
        print(f"panel without a limit, to run: {statistics.median(ratios):.3f}"
              f" ({ratios[0]:.3f} to {ratios[-1]:.3f})")


main()
