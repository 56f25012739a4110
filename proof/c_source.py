"""Executes functions of C source on terms, all of their ways at once: what is assigned where a condition holds
is a term that asks for it.

As much of C as guest/translate/cache.c is made of; anything else is refused with Unsupported. Numbers are
unsigned of 32 bits, or narrower: what is signed in it is never negative. A loop is LINES_EACH, or has a
number of turns that is known. Asserts of what C leaves undefined are collected: `obligations`.
"""

import operator
import os
import re
import subprocess
import tempfile

import z3
from pycparser import CParser, c_ast, c_generator

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# All that the sources use of the system's headers, which say more than a parser of C11 knows.
HEADERS = {
    "stdint.h": "typedef unsigned char uint8_t; typedef unsigned short uint16_t; typedef unsigned uint32_t;"
                "typedef int int32_t; typedef unsigned long uint64_t, uintptr_t; typedef long int64_t;",
    "stdbool.h": "#define bool _Bool\n#define true 1\n#define false 0\n",
    "stddef.h": "typedef unsigned long size_t;\n#define offsetof(type, field) 0\n",
}
# LINES_EACH, of which `set` is evaluated once; the lowest line comes first.
EACH = re.compile(r"for \(uint32_t (\w+)_rest = .*; "
                  r"\1_rest && \(\(\1 = \(unsigned\) __builtin_ctz\(\1_rest\), 1\)\); "
                  r"\1_rest &= \1_rest - 1\)", re.S)
BITS = 32
MASK = (1 << BITS) - 1
WIDTHS = {"uint8_t": 8, "_Bool": 1}


class Unsupported(Exception):
    """Source that is not of the C that is understood."""


def parse(path, top=TOP):
    """The syntax tree of a file."""
    with tempfile.TemporaryDirectory() as headers:
        for name, text in HEADERS.items():
            with open(os.path.join(headers, name), "w") as file:
                file.write(text + "\n")
        text = subprocess.run(["gcc", "-E", "-P", "-nostdinc", "-I", headers, "-I", top,
                               "-D__attribute__(x)=", os.path.join(top, path)],
                              stdout=subprocess.PIPE, text=True, check=True).stdout
    return CParser().parse(text)


# Values: a Python number, or a term of 32 bits; conditions: a Python bool, or a Bool.


def term(value):
    if isinstance(value, bool):
        value = int(value)
    if isinstance(value, int):
        return z3.BitVecVal(value, BITS)
    return z3.If(value, z3.BitVecVal(1, BITS), z3.BitVecVal(0, BITS)) if z3.is_bool(value) else value


def plain(value):
    """The value as a number, if it is one."""
    if isinstance(value, (bool, int)):
        return int(value)
    value = z3.simplify(value)
    if z3.is_bv_value(value):
        return value.as_long()
    return True if z3.is_true(value) else False if z3.is_false(value) else value


def truth(value):
    if isinstance(value, dict):
        return True  # a pointer to it
    if isinstance(value, (bool, int)):
        return bool(value)
    if not z3.is_bool(value):
        value = value != 0
    value = z3.simplify(value)
    return True if z3.is_true(value) else False if z3.is_false(value) else value


def both(a, b):
    if a is False or b is False:
        return False
    return b if a is True else a if b is True else truth(z3.And(a, b))


def either(a, b):
    return no(both(no(a), no(b)))


def no(a):
    return not a if isinstance(a, bool) else truth(z3.Not(a))


def choose(condition, a, b):
    """a if the condition is true, else b; either may be a struct or an array."""
    if isinstance(condition, bool):
        return a if condition else b
    if isinstance(a, dict):
        return {name: choose(condition, a[name], b[name]) for name in a}
    if isinstance(a, list):
        return [choose(condition, *pair) for pair in zip(a, b)]
    if a is None or b is None:  # not set on the other way
        return b if a is None else a
    if isinstance(a, int) and isinstance(b, int) and a == b:
        return a
    a, b = term(a), term(b)
    return a if a.eq(b) else plain(z3.If(condition, a, b))


# Of numbers, and of terms.
_OPERATIONS = {text: (each, each) for text, each in (
    ("+", operator.add), ("*", operator.mul), ("&", operator.and_), ("|", operator.or_), ("^", operator.xor),
    ("<<", operator.lshift), ("==", operator.eq), ("!=", operator.ne))}
_OPERATIONS.update({">>": (operator.rshift, z3.LShR), "<": (operator.lt, z3.ULT)})


class _Function:
    """A call under way."""

    def __init__(self):
        self.names, self.value, self.over, self.next = {}, None, False, False


class Source:
    """calls: what stands for functions by name, be they in the source or not: called with this and the
    arguments. guard: the condition under which what is executed is; calls heed it."""

    def __init__(self, tree, calls):
        self.calls, self.guard, self.obligations = calls, True, []
        self.functions, self.constants, self.structs, self.kinds = {}, {}, {}, {}
        for node in tree.ext:
            if isinstance(node, c_ast.FuncDef):
                self.functions[node.decl.name] = node
            else:
                self._declare(node)
        self.function = _Function()

    def _declare(self, node):
        kind = getattr(node, "type", None)
        while isinstance(kind, c_ast.TypeDecl):
            kind = kind.type
        if isinstance(kind, c_ast.Enum) and kind.values:
            number = 0
            for each in kind.values.enumerators:
                number = self._value(each.value) if each.value else number
                self.constants[each.name] = number
                number += 1
        if isinstance(kind, c_ast.Struct) and kind.decls:
            self.structs[kind.name] = {decl.name: decl.type for decl in kind.decls}
            for decl in kind.decls:
                of = decl.type.type if isinstance(decl.type, c_ast.ArrayDecl) else decl.type
                self.kinds.setdefault(decl.name, []).append(of)

    def call(self, name, *arguments):
        """What the function returns."""
        if name in self.calls:
            return self.calls[name](self, *arguments)
        outer, self.function = self.function, _Function()
        node = self.functions[name]
        for parameter, value in zip(node.decl.type.args.params, arguments):
            self.function.names[parameter.name] = self._narrow(parameter.type, value)
        self._statement(node.body)
        value, self.function = self.function.value, outer
        return None if value is None else self._narrow(node.decl.type.type, value)

    def must(self, condition, text):
        """Has to be true, where the source comes here."""
        condition = truth(condition)
        if condition is not True and self.guard is not False:
            self.obligations.append((text, z3.Implies(z3.BoolVal(True) if self.guard is True else self.guard,
                                                      condition)))

    # Types.

    @staticmethod
    def _width(kind):
        while isinstance(kind, (c_ast.TypeDecl, c_ast.Typename)):
            kind = kind.type
        names = kind.names if isinstance(kind, c_ast.IdentifierType) else []
        return WIDTHS.get(" ".join(names), BITS)

    def _narrow(self, kind, value):
        width = self._width(kind)
        if width == BITS or isinstance(value, (dict, list)) or value is None:
            return value
        if width == 1:
            return truth(value)
        if isinstance(value, int):
            return int(value) & ((1 << width) - 1)
        return plain(term(value) & ((1 << width) - 1))

    def _narrow_field(self, name, value):
        """As a field, or an element of it, has it; by its name alone."""
        if len({self._width(kind) for kind in self.kinds[name]}) != 1:
            raise Unsupported("fields of different widths: " + name)
        return self._narrow(self.kinds[name][0], value)

    def zero(self, kind):
        """A value of the type, all zero."""
        if isinstance(kind, c_ast.ArrayDecl):
            return [self.zero(kind.type) for _ in range(self._value(kind.dim))]
        if isinstance(kind, (c_ast.TypeDecl, c_ast.Typename)):
            return self.zero(kind.type)
        if isinstance(kind, c_ast.Struct):
            return {name: self.zero(each) for name, each in self.structs[kind.name].items()}
        return 0

    # Statements.

    def _statement(self, node):
        function, outer = self.function, self.guard
        self.guard = both(outer, no(function.over))
        self.guard = both(self.guard, no(function.next))
        if self.guard is not False:
            method = getattr(self, "_do_" + type(node).__name__, None)
            if method:
                method(node)
            else:
                self._value(node)
        self.guard = outer

    def _do_Compound(self, node):
        for each in node.block_items or []:
            self._statement(each)

    def _do_EmptyStatement(self, node):
        pass

    def _do_Decl(self, node):
        value = None
        if node.init is not None:
            value = self._narrow(node.type, self._value(node.init))
        self.function.names[node.name] = value

    def _do_DeclList(self, node):
        for each in node.decls:
            self._do_Decl(each)

    def _do_If(self, node):
        condition, outer = truth(self._value(node.cond)), self.guard
        for taken, what in ((condition, node.iftrue), (no(condition), node.iffalse)):
            self.guard = both(outer, taken)
            if what is not None and self.guard is not False:
                self._statement(what)
        self.guard = outer

    def _do_Return(self, node):
        value = self._value(node.expr) if node.expr else None
        self.function.value = choose(self.guard, value, self.function.value) \
            if self.function.value is not None else value
        self.function.over = either(self.function.over, self.guard)

    def _do_Continue(self, _):
        self.function.next = either(self.function.next, self.guard)

    def _do_For(self, node):
        outer, outer_next = self.guard, self.function.next
        for guard in self._turns(node):
            self.guard, self.function.next = both(outer, guard), False
            if self.guard is not False:
                self._statement(node.stmt)
            self.guard = outer
        self.function.next = outer_next

    def _turns(self, node):
        """The condition of each turn of a loop; its variable is set."""
        head = c_generator.CGenerator().visit(c_ast.For(node.init, node.cond, node.next, c_ast.EmptyStatement()))
        each = EACH.match(head)
        if each:
            lines = self._value(node.init.decls[0].init)
            for line in range(BITS):
                self.function.names[each.group(1)] = line
                yield truth(lines >> line & 1 if isinstance(lines, int)
                            else z3.Extract(line, line, lines) == 1)
            self.function.names[each.group(1)] = None
            return
        self._statement(node.init)
        while True:
            condition = truth(self._value(node.cond))
            if not isinstance(condition, bool):
                raise Unsupported("a loop of nobody knows how many turns: " + head)
            if not condition:
                return
            yield True
            self._value(node.next)

    # Expressions.

    def _value(self, node):
        method = getattr(self, "_of_" + type(node).__name__, None)
        if method is None:
            raise Unsupported("%s: %s" % (type(node).__name__, c_generator.CGenerator().visit(node)))
        return method(node)

    @staticmethod
    def _of_Constant(node):
        return int(node.value.rstrip("uUlL"), 0)

    def _of_ID(self, node):
        if node.name in self.function.names:
            return self.function.names[node.name]
        return self.constants[node.name]

    def _of_StructRef(self, node):
        return self._value(node.name)[node.field.name]

    def _index(self, node):
        array, index = self._value(node.name), self._value(node.subscript)
        self.must(self._binary("<", index, len(array)), "an index is inside of its array")
        return array, index

    def _of_ArrayRef(self, node):
        array, index = self._index(node)
        if isinstance(index, int):
            return array[min(index, len(array) - 1)]
        value = array[0]
        for i in range(1, len(array)):
            value = choose(truth(index == i), array[i], value)
        return value

    def _of_Cast(self, node):
        return self._narrow(node.to_type, self._value(node.expr))

    def _of_TernaryOp(self, node):
        condition, outer = truth(self._value(node.cond)), self.guard
        values = []
        for taken, what in ((condition, node.iftrue), (no(condition), node.iffalse)):
            self.guard = both(outer, taken)
            values.append(self._value(what) if taken is not False else None)
            self.guard = outer
        return choose(condition, *values)

    def _of_UnaryOp(self, node):
        if node.op == "p++":
            return self._assign(node.expr, self._binary("+", self._value(node.expr), 1))
        value = self._value(node.expr)
        if node.op in "&*":
            if not isinstance(value, dict):
                raise Unsupported("a pointer to what is no struct")
            return value
        if node.op == "!":
            return no(truth(value))
        if node.op == "~":
            return value ^ MASK if isinstance(value, int) else plain(~term(value))
        raise Unsupported(node.op)

    def _binary(self, op, a, b):
        if op == "<<":
            self.must(self._binary("<", b, BITS), "a shift is by less than the word's bits")
        if op not in _OPERATIONS:
            raise Unsupported(op)
        numbers, terms = _OPERATIONS[op]
        if isinstance(a, int) and isinstance(b, int):
            made = numbers(int(a), int(b))
            return made if isinstance(made, bool) else made & MASK
        made = terms(term(a), term(b))
        return truth(made) if z3.is_bool(made) else plain(made)

    def _of_BinaryOp(self, node):
        if node.op in ("&&", "||"):
            a, outer = truth(self._value(node.left)), self.guard
            self.guard = both(outer, a if node.op == "&&" else no(a))
            b = truth(self._value(node.right)) if self.guard is not False else False
            self.guard = outer
            return both(a, b) if node.op == "&&" else either(a, b)
        return self._binary(node.op, self._value(node.left), self._value(node.right))

    def _of_Assignment(self, node):
        value = self._value(node.rvalue)
        if node.op != "=" and isinstance(node.lvalue, c_ast.ArrayRef):
            return self._assign_element(node.lvalue, lambda old: self._binary(node.op[:-1], old, value))
        if node.op != "=":
            value = self._binary(node.op[:-1], self._value(node.lvalue), value)
        return self._assign(node.lvalue, value)

    def _assign(self, node, value):
        if isinstance(node, c_ast.ID):
            self.function.names[node.name] = choose(self.guard, value, self.function.names[node.name]) \
                if self.function.names[node.name] is not None else value
        elif isinstance(node, c_ast.StructRef):
            struct, name = self._value(node.name), node.field.name
            struct[name] = choose(self.guard, self._narrow_field(name, value), struct[name])
        elif isinstance(node, c_ast.ArrayRef):
            self._assign_element(node, lambda _: value)
        elif isinstance(node, c_ast.UnaryOp) and node.op == "*":
            struct = self._value(node.expr)
            for name, each in value.items():
                struct[name] = choose(self.guard, each, struct[name])
        else:
            raise Unsupported("an assignment to " + type(node).__name__)
        return value

    def _assign_element(self, node, new):
        """new: from what the element was; one that any element may be is asked for its own."""
        if not isinstance(node.name, c_ast.StructRef):
            raise Unsupported("an array that is in no struct")
        array, index = self._index(node)
        for i, old in enumerate(array):
            here = index == i if isinstance(index, int) else truth(index == i)
            here = both(self.guard, here)
            if here is not False:
                array[i] = choose(here, self._narrow_field(node.name.field.name, new(old)), old)

    def _of_CompoundLiteral(self, node):
        struct = self.zero(node.type)
        names = list(struct)
        for i, each in enumerate(node.init.exprs):
            if isinstance(each, c_ast.NamedInitializer):
                struct[each.name[0].name] = self._value(each.expr)
            else:
                struct[names[i]] = self._value(each)
        return struct

    def _of_FuncCall(self, node):
        return self.call(node.name.name, *[self._value(each) for each in node.args.exprs])
