#!/usr/bin/env python3
"""What the panel costs: of a core at the speed of 1948, and of the rate without a limit.

Use: tests/bench/panel.py BABYVISOR PROGRAM [TURNS]; PROGRAM must run for longer than all turns take.

Rates of two processes cannot be compared to a few per cent where others use the machine too. So the
second figure is the share of the panel's own time that is not spent in the guest, by its own account:
each turn runs the program for a few seconds, and what is lost is the time from the key that starts it
to the picture that shows it stopped, less what the guest had of it."""
import fcntl
import os
import pty
import re
import statistics
import struct
import sys
import termios
import threading
import time

SECONDS = 3
SETTLED = 0.4


class Panel:
    """The panel on a terminal of 80 columns, whose output is kept."""

    def __init__(self, babyvisor, program):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            time.sleep(0.2)
            os.environ["TERM"] = "xterm-256color"
            os.environ["LC_ALL"] = "C.UTF-8"
            os.execv(babyvisor, [babyvisor, "panel", "--engine=dynamic", program])
        self.rows = 24
        self.resize()
        self.output, self.drawn = b"", 0.0
        threading.Thread(target=self.keep_output, daemon=True).start()
        time.sleep(1)

    def resize(self):
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, 80, 0, 0))

    def keep_output(self):
        try:
            while output := os.read(self.terminal, 65536):
                self.drawn = time.monotonic()
                self.output = self.output[-65536:] + output
        except OSError:
            pass

    def press(self, keys):
        os.write(self.terminal, keys.encode())

    def processor_time(self):
        with open(f"/proc/{self.process}/schedstat", encoding="ascii") as stat:
            return int(stat.read().split()[0]) / 1e9

    def wait_for(self, pattern):
        while not (found := re.search(pattern, self.output)):
            time.sleep(0.02)
        return found

    def guest_time(self):
        """Seconds; another size has the whole screen drawn again."""
        self.rows = 49 - self.rows
        self.output = b""
        self.resize()
        return float(self.wait_for(rb"guest ([0-9.]+) ms")[1]) / 1e3

    def quit(self):
        self.press("q")
        os.waitpid(self.process, 0)


def share_of_a_core(panel):
    panel.press(" ")
    time.sleep(SETTLED)
    before, begun = panel.processor_time(), time.monotonic()
    time.sleep(SECONDS)
    share = (panel.processor_time() - before) / (time.monotonic() - begun)
    panel.press(" ")
    time.sleep(SETTLED)
    return share


def share_lost(panel):
    before, begun = panel.guest_time(), time.monotonic()
    panel.press(" ")
    time.sleep(SECONDS)
    panel.output = b""
    panel.press(" ")
    panel.wait_for(b"stopped")
    ran = panel.drawn - begun
    time.sleep(SETTLED)
    return 1 - (panel.guest_time() - before) / ran


def report(what, shares):
    shares = sorted(shares)
    print(f"panel {what}: {100 * statistics.median(shares):.2f} %"
          f" ({100 * shares[0]:.2f} to {100 * shares[-1]:.2f})")


def main():
    turns = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    panel = Panel(os.path.abspath(sys.argv[1]), sys.argv[2])
    report("at the speed of 1948, of a core", [share_of_a_core(panel) for _ in range(turns)])
    panel.press("*")
    report("without a limit, of the rate, lost", [share_lost(panel) for _ in range(turns)])
    panel.quit()


main()
