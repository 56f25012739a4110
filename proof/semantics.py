"""What each x86 instruction does to a machine (SDM, vol. 2, by instruction).

Terms in, terms out. cpu_test.py has these very terms compared with what the CPU does.
"""

import z3

from machine import number, zero_extend


def _sign(value):
    bits = value.size()
    return z3.Extract(bits - 1, bits - 1, value) == 1


def _set_result(machine, result):
    machine.flags["Z"] = result == 0
    machine.flags["S"] = _sign(result)


def _add(machine, a, b):
    result = a + b
    _set_result(machine, result)
    machine.flags["C"] = z3.ULT(result, a)
    machine.flags["O"] = z3.And(_sign(a) == _sign(b), _sign(result) != _sign(a))
    return result


def _subtract(machine, a, b):
    result = a - b
    _set_result(machine, result)
    machine.flags["C"] = z3.ULT(a, b)
    machine.flags["O"] = z3.And(_sign(a) != _sign(b), _sign(result) != _sign(a))
    return result


def _logic(machine, result):
    _set_result(machine, result)
    machine.flags["C"] = machine.flags["O"] = z3.BoolVal(False)
    return result


_TWO_OPERANDS = {
    "add": _add,
    "sub": _subtract,
    "cmp": _subtract,
    "and": lambda machine, a, b: _logic(machine, a & b),
    "test": lambda machine, a, b: _logic(machine, a & b),
    "or": lambda machine, a, b: _logic(machine, a | b),
    "xor": lambda machine, a, b: _logic(machine, a ^ b),
}


def _shift(machine, name, a, count):
    """The overflow flag is defined for a shift by one alone; a shift by nothing changes no flag."""
    bits = a.size()
    count %= bits
    if count == 0:
        return a
    if name == "shl":
        result, last = a << count, bits - count
        overflow = _sign(a << count) != (z3.Extract(last, last, a) == 1)
    else:
        result = z3.LShR(a, count) if name == "shr" else a >> count
        last = count - 1
        overflow = _sign(a) if name == "shr" else z3.BoolVal(False)
    _set_result(machine, result)
    machine.flags["C"] = z3.Extract(last, last, a) == 1
    machine.flags["O"] = overflow if count == 1 else None
    return result


def _bit_test(machine, a, b):
    bits = a.size()
    bit = z3.LShR(a, b & number(bits - 1, bits))
    machine.flags["C"] = z3.Extract(0, 0, bit) == 1
    machine.flags["S"] = machine.flags["O"] = None


def _negate(machine, a):
    result = _subtract(machine, number(0, a.size()), a)
    return result


def condition(machine, name):
    """Whether a conditional instruction's condition is true (SDM vol. 1, appendix B)."""
    flag = machine.flag
    positive = {
        "b": lambda: flag("C"), "e": lambda: flag("Z"), "s": lambda: flag("S"),
        "be": lambda: z3.Or(flag("C"), flag("Z")), "l": lambda: flag("S") != flag("O"),
        "le": lambda: z3.Or(flag("Z"), flag("S") != flag("O")),
    }
    opposite = {"ae": "b", "ne": "e", "ns": "s", "a": "be", "ge": "l", "g": "le"}
    if name in opposite:
        return z3.simplify(z3.Not(positive[opposite[name]]()))
    return z3.simplify(positive[name]())


def execute(machine, instruction):
    """Executes the instruction on the machine. Returns where it may go on: pairs of a condition,
    None if there is no other way, and an address, a number or a term."""
    name, operands = instruction.name, instruction.operands
    get, put = machine.get, machine.put
    if name in _TWO_OPERANDS:
        result = _TWO_OPERANDS[name](machine, get(operands[0]), get(operands[1]))
        if name not in ("cmp", "test"):
            put(operands[0], result)
    elif name == "mov":
        put(operands[0], get(operands[1]))
    elif name == "movzx":
        put(operands[0], zero_extend(get(operands[1]), instruction.width))
    elif name == "lea":
        put(operands[0], z3.Extract(instruction.width - 1, 0, machine.address(operands[1])))
    elif name in ("shl", "shr", "sar"):
        put(operands[0], _shift(machine, name, get(operands[0]), operands[1].value))
    elif name == "bt":
        _bit_test(machine, get(operands[0]), get(operands[1]))
    elif name == "neg":
        put(operands[0], _negate(machine, get(operands[0])))
    elif name == "not":
        put(operands[0], ~get(operands[0]))
    elif name == "setcc":
        put(operands[0], z3.If(condition(machine, instruction.condition), number(1, 8),
                               number(0, 8)))
    elif name == "jmp":
        return [(None, z3.simplify(get(operands[0])))]
    elif name == "jcc":
        taken = condition(machine, instruction.condition)
        return [(taken, get(operands[0])),
                (z3.simplify(z3.Not(taken)), number(instruction.end, 64))]
    elif name == "ret":
        target = machine.memory.read(machine, machine.regs[4], 64)
        machine.regs[4] = z3.simplify(machine.regs[4] + 8)
        return [(None, target)]
    elif name != "nop":
        raise NotImplementedError(name)
    return [(None, number(instruction.end, 64))]
