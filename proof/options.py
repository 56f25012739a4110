"""The command line of the prover's parts, whose mistakes have the status that they have in babyvisor."""

import argparse
import sys

USAGE = 64


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(USAGE, "%s: %s\n" % (self.prog, message))
