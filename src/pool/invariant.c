/* Checks an invariant: obeys each instruction of each state of it, in words that are known in part.
 *
 * SUB and negation modulo 2^bits need no other bits than those, and neither does what is obeyed
 * (bits 0 to 4 and 13 to 15) or jumped to (bits 0 to 4); only CMP looks at another, A's sign. */
#include "pool/invariant.h"

#include <stdbool.h>
#include <string.h>

#include "guest/word.h"

#define A           ABI_LINES
#define BITS_JUMPED 5
#define TABLE       (2 * INVARIANT_STATES)

enum sign { SIGN_UNKNOWN, SIGN_PLUS, SIGN_MINUS };

struct partial {
    uint16_t words[ABI_LINES + 1]; /* of data and A; zero for other lines */
    uint8_t ci, sign;              /* of A: enum sign */
};

_Static_assert(sizeof(struct partial) == 2 * (ABI_LINES + 2), "no bytes between the fields");

struct check {
    const struct invariant *invariant;
    const struct baby *state;
    uint32_t valueless, mask;
    uint32_t count, done;
    uint16_t table[TABLE]; /* number of a state and 1, at its hash or after it; 0 for none */
    struct partial states[INVARIANT_STATES];
};

static uint32_t hash(const struct partial *partial)
{
    uint64_t sum = partial->ci << 8 | partial->sign;

    for (int i = 0; i <= ABI_LINES; i++)
        sum = (sum ^ partial->words[i]) * 0x9e3779b97f4a7c15;
    return (uint32_t)(sum >> 32) % TABLE;
}

/* Adds a state, unless it is one of those there. */
static enum invariant_flaw add(struct check *check, const struct partial *partial)
{
    uint32_t at = hash(partial);

    for (; check->table[at]; at = (at + 1) % TABLE)
        if (memcmp(&check->states[check->table[at] - 1], partial, sizeof(*partial)) == 0)
            return INVARIANT_HOLDS;
    if (check->count == INVARIANT_STATES)
        return INVARIANT_LARGE;
    check->states[check->count++] = *partial;
    check->table[at] = (uint16_t)check->count;
    return INVARIANT_HOLDS;
}

static bool is_data(const struct check *check, unsigned line)
{
    return check->invariant->data >> line & 1;
}

static uint32_t word(const struct check *check, const struct partial *partial, unsigned line)
{
    return is_data(check, line) ? partial->words[line] : check->state->store[line];
}

static void put(const struct check *check, struct partial *partial, unsigned line, uint32_t value)
{
    partial->words[line] = (uint16_t)(value & check->mask);
    if (line == A)
        partial->sign = SIGN_UNKNOWN;
}

/* Both ways of a CMP that can go both ways. */
static enum invariant_flaw compare(struct check *check, struct partial next, unsigned ci)
{
    enum invariant_flaw flaw = INVARIANT_HOLDS;

    for (enum sign sign = SIGN_PLUS; sign <= SIGN_MINUS && flaw == INVARIANT_HOLDS; sign++) {
        struct partial way = next;

        if (next.sign != SIGN_UNKNOWN && next.sign != sign)
            continue;
        way.sign = (uint8_t)sign;
        way.ci = (uint8_t)((ci + (sign == SIGN_MINUS)) % ABI_LINES);
        flaw = add(check, &way);
    }
    return flaw;
}

/* Adds what can follow a state. */
static enum invariant_flaw follow(struct check *check, struct partial next, unsigned *line)
{
    const unsigned ci = (next.ci + 1u) % ABI_LINES;
    const uint32_t pi = word(check, &next, ci), operand = word_line(pi);
    const enum word_function function = word_function(pi);
    const bool reads = function != WORD_STO && function < WORD_CMP;

    *line = check->valueless >> ci & 1 ? ci : operand;
    if (check->valueless >> *line & 1 && (*line == ci || reads))
        return INVARIANT_LOOKS;
    if ((is_data(check, ci) && check->invariant->bits < INVARIANT_BITS) ||
        (function <= WORD_JRP && is_data(check, operand) && check->invariant->bits < BITS_JUMPED))
        return INVARIANT_BLURRED;
    next.ci = (uint8_t)ci;
    switch (function) {
    case WORD_JMP:
        next.ci = word(check, &next, operand) % ABI_LINES;
        break;
    case WORD_JRP:
        next.ci = (ci + word(check, &next, operand)) % ABI_LINES;
        break;
    case WORD_LDN:
        put(check, &next, A, 0u - word(check, &next, operand));
        break;
    case WORD_STO:
        if (!is_data(check, operand))
            return INVARIANT_STORES;
        put(check, &next, operand, next.words[A]);
        break;
    case WORD_SUB:
    case WORD_SUB5:
        put(check, &next, A, next.words[A] - word(check, &next, operand));
        break;
    case WORD_CMP:
        return compare(check, next, ci);
    case WORD_STP:
        return INVARIANT_STOPS;
    }
    return add(check, &next);
}

enum invariant_flaw invariant_check(const struct invariant *invariant, const struct baby *state,
                                    uint32_t valueless, unsigned *line)
{
    static struct check check;
    struct partial first = {.ci = (uint8_t)(state->ci % ABI_LINES)};
    enum invariant_flaw flaw;

    if (invariant->bits > INVARIANT_BITS)
        return INVARIANT_LARGE;
    check.invariant = invariant;
    check.state = state;
    check.valueless = valueless;
    check.mask = (1u << invariant->bits) - 1;
    check.count = check.done = 0;
    memset(check.table, 0, sizeof(check.table));
    put(&check, &first, A, state->a);
    for (unsigned i = 0; i < ABI_LINES; i++)
        if (is_data(&check, i))
            put(&check, &first, i, state->store[i]);
    flaw = add(&check, &first);
    while (flaw == INVARIANT_HOLDS && check.done < check.count)
        flaw = follow(&check, check.states[check.done++], line);
    return flaw;
}
