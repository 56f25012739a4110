"""Follows code along all of its paths, from one point to the next that somebody is interested in."""

import z3

import x86
from machine import Open, Refused
from semantics import execute

FUEL = 5000  # instructions of one walk, which has no end otherwise


class Code:
    """Bytes by address, decoded when they are reached. pieces: pairs of an address and bytes."""

    def __init__(self, pieces):
        self.pieces = [(address, bytes(data)) for address, data in pieces]
        self.decoded = {}

    def at(self, address):
        """The instruction at an address. Raises Refused where there is no code, Open where it is not
        understood."""
        if address not in self.decoded:
            for start, data in self.pieces:
                if start <= address < start + len(data):
                    try:
                        self.decoded[address] = x86.decode(data[address - start:], address)
                    except x86.Unknown as unknown:
                        raise Open(str(unknown)) from None
                    break
            else:
                raise Refused("the code goes on at %#x, where there is none" % address)
        return self.decoded[address]


def _ways(solver, machine, ways):
    """The ways that can be taken, as pairs of a machine and a target."""
    if len(ways) == 1:
        return [(machine, ways[0][1])]
    possible = []
    for condition, target in ways:
        if z3.is_false(condition):
            continue
        other = machine.copy()
        if not z3.is_true(condition):
            other.path.append(condition)
            if not solver.possible(other.path):
                continue
        possible.append((other, target))
    return possible


def walk(code, solver, machine, address, is_end):
    """Executes from the address on until is_end(address) is true, or the next address is not known.
    Yields the machine and that address, a number or a term, for each path. The first instruction is
    executed in any case."""
    todo = [(machine.copy(), address, True)]
    fuel = FUEL
    while todo:
        machine, address, first = todo.pop()
        while True:
            if not first and is_end(address):
                yield machine, address
                break
            first = False
            fuel -= 1
            try:
                if not fuel:
                    raise Open("the code has no end within %d instructions" % FUEL)
                ways = _ways(solver, machine, execute(machine, code.at(address)))
            except Refused as refused:
                refused.at = address
                refused.when = refused.when or machine.path
                raise
            if not ways:
                break
            for other, target in ways[1:]:
                if not z3.is_bv_value(target):
                    yield other, target
                else:
                    todo.append((other, target.as_long(), False))
            machine, target = ways[0]
            if not z3.is_bv_value(target):
                yield machine, target
                break
            address = target.as_long()
