/* A and lines of the store in registers, within a block. */
#include "guest/translate/cache.h"

#include "guest/translate/area.h"
#include "guest/translate/lines.h"

/* The registers that hold words; a caller keeps none of them, and nothing else of a block needs
 * them while something is held. */
#define REGISTERS                                                                                  \
    (1u << X86_AX | 1u << X86_CX | 1u << X86_DX | 1u << X86_R9 | 1u << X86_R10 | 1u << X86_R11)

static enum x86_register register_of(unsigned held)
{
    return (enum x86_register)(held & ~(unsigned)CACHE_NEGATED);
}

static unsigned one(unsigned held)
{
    return 1u << register_of(held);
}

/* From now on the line is held so. */
static void hold(struct cache *cache, unsigned line, unsigned held)
{
    cache->lines[register_of(cache->words.held[line])] &= ~lines_one(line);
    cache->lines[register_of(held)] |= lines_one(line);
    cache->words.held[line] = (uint8_t)held;
}

/* The register is about to hold something else. */
static void forget(struct cache *cache, enum x86_register which)
{
    unsigned line;

    LINES_EACH (line, cache->lines[which])
        cache->words.held[line] = CACHE_NONE;
    cache->lines[which] = 0;
    if (register_of(cache->sign) == which)
        cache->sign = CACHE_NONE;
}

/* Writes lines to memory. Returns the registers that are negated then. */
static unsigned store(const struct cache_words *words, struct x86 *x, uint32_t lines)
{
    unsigned negated = 0;
    unsigned line;

    LINES_EACH (line, lines)
        if (!(words->held[line] & CACHE_NEGATED))
            x86_store(x, X86_MOV, area_line(line), register_of(words->held[line]));
    LINES_EACH (line, lines) {
        const unsigned held = words->held[line];

        if (!(held & CACHE_NEGATED))
            continue;
        if (!(negated & one(held)))
            x86_register(x, X86_NEG, register_of(held));
        negated |= one(held);
        x86_store(x, X86_MOV, area_line(line), register_of(held));
    }
    return negated;
}

/* A register for something else, with the least loss; not A's, nor one of `kept`. */
static enum x86_register take(struct cache *cache, struct x86 *x, unsigned kept)
{
    enum x86_register which = X86_NONE;
    uint32_t stale;
    unsigned least = 4, from;

    LINES_EACH (from, REGISTERS & ~(kept | one(cache->words.held[CACHE_A]))) {
        const uint32_t lines = cache->lines[from];
        const unsigned loss =
            (lines & cache->wanted ? 2 : 0) + (lines & cache->words.stale ? 1 : 0);

        if (loss < least) {
            least = loss;
            which = (enum x86_register)from;
        }
    }
    stale = cache->lines[which] & cache->words.stale;
    if (store(&cache->words, x, stale))
        cache->sign = CACHE_NONE;
    cache->words.stale &= ~stale;
    forget(cache, which);
    return which;
}

static enum x86_register load(struct cache *cache, struct x86 *x, unsigned line)
{
    const enum x86_register to = take(cache, x, 0);

    x86_load(x, X86_MOV, to, area_line(line));
    if (lines_have(cache->wanted, line))
        hold(cache, line, to);
    return to;
}

/* Whether a line that matters is where A is. */
static bool is_shared(const struct cache *cache)
{
    return cache->lines[register_of(cache->words.held[CACHE_A])] &
           (cache->words.stale | cache->wanted);
}

/* The register that A, or its negative, is in, from now on alone, to be changed. It is A that
 * stays: a block ends with A where it began. */
static enum x86_register own(struct cache *cache, struct x86 *x, unsigned kept)
{
    const enum x86_register a = register_of(cache->words.held[CACHE_A]);
    unsigned line;

    if (is_shared(cache)) {
        const enum x86_register to = take(cache, x, kept);

        x86_registers(x, X86_MOV, to, a);
        LINES_EACH (line, cache->lines[a])
            hold(cache, line, to | (cache->words.held[line] & CACHE_NEGATED));
    }
    forget(cache, a);
    return a;
}

void cache_begin(struct cache *cache)
{
    *cache = (struct cache){.sign = CACHE_NONE};
    for (unsigned line = 0; line < ABI_LINES; line++)
        cache->words.held[line] = CACHE_NONE;
    cache->words.held[CACHE_A] = AREA_A;
}

void cache_ldn(struct cache *cache, struct x86 *x, unsigned line)
{
    unsigned held = cache->words.held[line];

    if (held == CACHE_NONE) {
        cache->words.held[CACHE_A] = CACHE_NONE;
        held = load(cache, x, line);
    }
    cache->words.held[CACHE_A] = (uint8_t)(held ^ CACHE_NEGATED);
}

void cache_sub(struct cache *cache, struct x86 *x, unsigned line)
{
    const unsigned a = cache->words.held[CACHE_A];
    unsigned operand = cache->words.held[line];
    enum x86_operation operation;
    enum x86_register to;

    if (operand == CACHE_NONE && lines_have(cache->wanted, line))
        operand = load(cache, x, line);
    /* The negative of A grows when A gets less. CACHE_NONE is not negated. */
    operation = (a ^ operand) & CACHE_NEGATED ? X86_ADD : X86_SUB;
    if (operation == X86_ADD && operand != CACHE_NONE && is_shared(cache)) {
        to = take(cache, x, one(operand));
        x86_load(x, X86_LEA, to, (struct x86_memory){register_of(a), register_of(operand), 0, 0});
    } else {
        to = own(cache, x, one(operand));
        if (operand == CACHE_NONE)
            x86_load(x, operation, to, area_line(line));
        else
            x86_registers(x, operation, to, register_of(operand));
        cache->sign = (uint8_t)to;
    }
    cache->words.held[CACHE_A] = (uint8_t)(to | (a & CACHE_NEGATED));
}

void cache_sto(struct cache *cache, unsigned line)
{
    hold(cache, line, cache->words.held[CACHE_A]);
    cache->words.stale |= lines_one(line);
}

enum x86_condition cache_cmp(struct cache *cache, struct x86 *x)
{
    const unsigned a = cache->words.held[CACHE_A];

    if (cache->sign != a) {
        /* -r is negative if r - 1 is not: for 0 and for -2^31, too. */
        if (a & CACHE_NEGATED)
            x86_immediate(x, X86_CMP, register_of(a), 1);
        else
            x86_registers(x, X86_TEST, register_of(a), register_of(a));
    }
    cache->sign = (uint8_t)a;
    return a & CACHE_NEGATED ? X86_NOT_SIGN : X86_SIGN;
}

void cache_compare(struct cache *cache, struct x86 *x, unsigned line)
{
    if (cache->words.held[CACHE_A] & CACHE_NEGATED) {
        const enum x86_register to = own(cache, x, 0);

        x86_register(x, X86_NEG, to);
        cache->words.held[CACHE_A] = (uint8_t)to;
    }
    x86_load(x, X86_CMP, register_of(cache->words.held[CACHE_A]), area_line(line));
    cache->sign = CACHE_NONE;
}

void cache_is_same(struct cache *cache, unsigned line)
{
    hold(cache, line, cache->words.held[CACHE_A]);
}

void cache_write_back(const struct cache_words *words, struct x86 *x)
{
    const unsigned a = words->held[CACHE_A];
    const unsigned negated = store(words, x, words->stale);

    if (register_of(a) != AREA_A)
        x86_registers(x, X86_MOV, AREA_A, register_of(a));
    if (!(a & CACHE_NEGATED) != !(negated & one(a)))
        x86_register(x, X86_NEG, AREA_A);
}

void cache_empty(struct cache *cache, struct x86 *x)
{
    unsigned which;

    cache_write_back(&cache->words, x);
    LINES_EACH (which, REGISTERS)
        forget(cache, (enum x86_register)which);
    cache->words.stale = 0;
    cache->words.held[CACHE_A] = AREA_A;
    cache->sign = CACHE_NONE;
}
