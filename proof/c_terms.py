"""Terms written as C: so that the very terms that proofs are made of can be tried a million times."""

import z3

_BINARY = {
    z3.Z3_OP_BADD: "+", z3.Z3_OP_BSUB: "-", z3.Z3_OP_BMUL: "*",
    z3.Z3_OP_BAND: "&", z3.Z3_OP_BOR: "|", z3.Z3_OP_BXOR: "^",
    z3.Z3_OP_AND: "&", z3.Z3_OP_OR: "|", z3.Z3_OP_XOR: "^",
    z3.Z3_OP_EQ: "==", z3.Z3_OP_IFF: "==", z3.Z3_OP_DISTINCT: "!=",
    z3.Z3_OP_ULEQ: "<=", z3.Z3_OP_UGEQ: ">=", z3.Z3_OP_ULT: "<", z3.Z3_OP_UGT: ">",
}
_SIGNED = {z3.Z3_OP_SLEQ: "<=", z3.Z3_OP_SGEQ: ">=", z3.Z3_OP_SLT: "<", z3.Z3_OP_SGT: ">"}


def _bits(term):
    return 1 if z3.is_bool(term) else term.size()


def _mask(text, bits):
    return text if bits == 64 else "(%s) & %#xu" % (text, (1 << bits) - 1) if bits <= 32 else \
        "(%s) & %#xull" % (text, (1 << bits) - 1)


def _signed(name, bits):
    return "((int64_t)(%s << %d) >> %d)" % (name, 64 - bits, 64 - bits)


class Writer:
    """Collects C statements, each of which computes one term of at most 64 bits as a uint64_t.
    names: what stands for the constants of terms."""

    def __init__(self, names):
        self.names, self.lines, self.known = names, [], {}

    def name(self, term):
        """The name of the variable that holds the term."""
        known = self.known.get(term.get_id())
        if known is None:
            expression = self._expression(term, [self.name(child) for child in term.children()])
            known = "t%d" % len(self.lines)
            self.lines.append("const uint64_t %s = %s;" % (known, expression))
            self.known[term.get_id()] = known
        return known

    def _expression(self, term, of):
        kind, bits = term.decl().kind(), _bits(term)
        if kind == z3.Z3_OP_BNUM:
            return "%#xull" % term.as_long()
        if kind in (z3.Z3_OP_TRUE, z3.Z3_OP_FALSE):
            return "1" if kind == z3.Z3_OP_TRUE else "0"
        if kind == z3.Z3_OP_UNINTERPRETED and not of:
            return self.names[term.decl().name()]
        if kind in _BINARY:
            return _mask((" %s " % _BINARY[kind]).join(of), bits)
        if kind in _SIGNED:
            size = _bits(term.arg(0))
            return "%s %s %s" % (_signed(of[0], size), _SIGNED[kind], _signed(of[1], size))
        if kind == z3.Z3_OP_NOT:
            return "!%s" % of[0]
        if kind == z3.Z3_OP_BNOT:
            return _mask("~" + of[0], bits)
        if kind == z3.Z3_OP_BNEG:
            return _mask("0 - " + of[0], bits)
        if kind == z3.Z3_OP_ITE:
            return "%s ? %s : %s" % tuple(of)
        if kind == z3.Z3_OP_EXTRACT:
            return _mask("%s >> %d" % (of[0], term.params()[1]), bits)
        if kind == z3.Z3_OP_ZERO_EXT:
            return of[0]
        if kind == z3.Z3_OP_SIGN_EXT:
            return _mask("(uint64_t)" + _signed(of[0], _bits(term.arg(0))), bits)
        if kind == z3.Z3_OP_CONCAT:
            text, below = of[-1], _bits(term.arg(term.num_args() - 1))
            for i in range(term.num_args() - 2, -1, -1):
                text += " | %s << %d" % (of[i], below)
                below += _bits(term.arg(i))
            return text
        if kind in (z3.Z3_OP_BSHL, z3.Z3_OP_BLSHR):
            sign = "<<" if kind == z3.Z3_OP_BSHL else ">>"
            return _mask("%s >= %d ? 0 : %s %s %s" % (of[1], bits, of[0], sign, of[1]), bits)
        if kind == z3.Z3_OP_BASHR:
            return _mask("(uint64_t)(%s >> (%s >= %d ? 63 : %s))" %
                         (_signed(of[0], bits), of[1], bits, of[1]), bits)
        raise NotImplementedError(term.decl())
