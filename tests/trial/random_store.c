/* Random SSEM programs that make life hard for engines. */
#include "trial/random_store.h"

#include <stdbool.h>

#include "ssem/isa.h"
#include "trial/nest.h"
#include "trial/random.h"

/* How many of 64 instructions have each function. */
struct mixture {
    uint8_t of[WORD_FUNCTIONS];
};

static const struct mixture mixtures[] = {
    {{6, 8, 12, 16, 9, 2, 9, 2}},  /* a bit of everything */
    {{4, 10, 16, 20, 8, 0, 6, 0}}, /* endless and rewriting */
    {{14, 20, 8, 8, 6, 0, 8, 0}},  /* jumps */
    {{0, 4, 18, 16, 16, 2, 8, 0}}, /* straight on, past line 31 */
};

static enum word_function random_function(const struct mixture *mixture, uint64_t *random)
{
    int left = (int)random_below(random, 64);

    for (int function = 0; function < WORD_FUNCTIONS; function++) {
        left -= mixture->of[function];
        if (left < 0)
            return (enum word_function)function;
    }
    return WORD_LDN;
}

static uint32_t random_instruction(const struct mixture *mixture, uint32_t lines, uint64_t *random)
{
    uint32_t word =
        word_make(random_function(mixture, random),
                  random_below(random, 4) ? random_below(random, lines) : random_below(random, 32));

    /* Bits without a meaning. */
    return random_below(random, 16) ? word : word | (random_next(random) & 0xffff1fe0u);
}

static uint32_t random_number(uint64_t *random)
{
    static const uint32_t edges[] = {0, 1, 0u - 1, 0x80000000u, 0x7fffffffu, 0x2000, 0u - 0x2000};

    switch (random_below(random, 4)) {
    case 0:
        return edges[random_below(random, sizeof(edges) / sizeof(edges[0]))];
    case 1:
        return (uint32_t)random_next(random);
    default:
        return random_below(random, 48) - 16;
    }
}

uint32_t random_store_word(uint64_t *random)
{
    return random_below(random, 2) ? random_number(random)
                                   : random_instruction(&mixtures[0], ABI_LINES, random);
}

/* LDN, SUB, STO: counts a line, which may be that of an instruction, up or down or about. */
static void put_count(struct baby *m, uint32_t at, uint32_t lines, uint64_t *random)
{
    uint32_t line = random_below(random, 2) ? random_below(random, lines) : at + 3;

    m->store[at % ABI_LINES] = word_make(WORD_LDN, line);
    m->store[(at + 1) % ABI_LINES] = word_make(WORD_SUB, random_below(random, ABI_LINES));
    m->store[(at + 2) % ABI_LINES] = word_make(WORD_STO, line);
}

/* A jump backwards at the end of the code, so that it is a loop. */
static void put_loop(struct baby *m, uint32_t lines, uint64_t *random)
{
    uint32_t at = lines - 1;
    uint32_t through = lines + random_below(random, ABI_LINES - lines);

    m->store[at] = word_make(random_below(random, 2) ? WORD_JMP : WORD_JRP, through);
    m->store[through] = word_function(m->store[at]) == WORD_JMP
                            ? random_below(random, lines)
                            : 0u - 1 - random_below(random, lines);
}

/* A tangle: lines, numbers and jumps without a plan. Most soon stop or turn in a small circle. */
static void make_tangle(struct baby *m, uint64_t *random)
{
    const struct mixture *mixture =
        &mixtures[random_below(random, sizeof(mixtures) / sizeof(mixtures[0]))];
    const uint32_t lines = 4 + random_below(random, ABI_LINES - 4); /* of code; data follows */

    for (uint32_t line = 0; line < ABI_LINES; line++)
        m->store[line] =
            line < lines ? random_instruction(mixture, lines, random) : random_number(random);
    for (uint32_t count = random_below(random, 4); count; count--)
        put_count(m, random_below(random, lines), lines, random);
    if (random_below(random, 4))
        put_loop(m, lines, random);
}

/* The lines of make_loop(): code, then what phrases keep there, then numbers, then constants. */
#define CODE_END    19
#define CONSTANT    27
#define LINE_BACK_3 28 /* -3 */
#define LINE_STEP   29 /* small and positive */
#define LINE_AHEAD  30 /* 0 to 2 */
#define LINE_TOP    31 /* before the first line of the loop */

/* An instruction that stands in a loop, mostly with numbers for operands. */
static uint32_t random_harmless(uint64_t *random)
{
    static const enum word_function functions[] = {WORD_LDN, WORD_STO,  WORD_SUB,
                                                   WORD_SUB, WORD_SUB5, WORD_CMP};

    if (!random_below(random, 48))
        return word_make(random_below(random, 2) ? WORD_STO : WORD_SUB,
                         random_below(random, ABI_LINES));
    if (!random_below(random, 8))
        return word_make(WORD_JRP, LINE_AHEAD);
    return word_make(functions[random_below(random, 6)],
                     CODE_END + random_below(random, CONSTANT - CODE_END));
}

/* A loop under construction. */
struct loop {
    struct baby *m;
    uint64_t *random;
    uint32_t line; /* next of code */
    uint32_t kept; /* next of what phrases keep, from CONSTANT downwards */
    struct exchange {
        uint32_t line, sum; /* lines: what is exchanged, what it is subtracted from, negated */
    } exchanges[CODE_END];
    uint32_t exchange_count;
};

static void put(struct loop *loop, enum word_function function, uint32_t line)
{
    loop->m->store[loop->line++] = word_make(function, line);
}

/* Counts down, in a loop of its own. */
static void put_inner_loop(struct loop *loop)
{
    loop->m->store[--loop->kept] = 0u - random_below(loop->random, 100);
    put(loop, WORD_LDN, loop->kept);
    put(loop, WORD_SUB, LINE_STEP);
    put(loop, WORD_CMP, 0);
    put(loop, WORD_JRP, LINE_BACK_3);
}

/* Exchanges the word of a line for another and, the next time, back: w becomes v + w - w. What v
 * is, is decided when all lines have their words. */
static void put_exchange(struct loop *loop)
{
    const uint32_t line =
        random_below(loop->random, 6) ? random_below(loop->random, CODE_END - 1) : LINE_AHEAD;

    loop->exchanges[loop->exchange_count++] = (struct exchange){line, --loop->kept};
    put(loop, WORD_LDN, line);
    put(loop, WORD_SUB, loop->kept);
    put(loop, WORD_STO, line);
}

/* Puts an instruction into a line of code, on every turn the same. */
static void put_rewrite(struct loop *loop)
{
    loop->m->store[--loop->kept] = 0u - random_harmless(loop->random);
    put(loop, WORD_LDN, loop->kept);
    put(loop, WORD_STO, random_below(loop->random, CODE_END - 1));
    if (random_below(loop->random, 2))
        put(loop, WORD_CMP, 0);
}

/* A loop that goes on for long, made of phrases, the last line a jump to the first. */
static void make_loop(struct baby *m, uint64_t *random)
{
    struct loop loop = {.m = m, .random = random, .kept = CONSTANT};

    for (uint32_t line = 0; line < ABI_LINES; line++)
        m->store[line] = random_number(random);
    m->store[LINE_BACK_3] = 0u - 3;
    m->store[LINE_STEP] = 1 + random_below(random, 9);
    m->store[LINE_AHEAD] = random_below(random, 3);
    m->store[LINE_TOP] = random_below(random, 2);
    while (loop.line < CODE_END - 4) {
        uint32_t kind = loop.kept > CODE_END ? random_below(random, 6) : 5;

        if (kind == 0)
            put_inner_loop(&loop);
        else if (kind <= 2)
            put_exchange(&loop);
        else if (kind == 3)
            put_rewrite(&loop);
        else
            m->store[loop.line++] = random_harmless(random);
    }
    while (loop.line < CODE_END - 1)
        m->store[loop.line++] = random_harmless(random);
    put(&loop, WORD_JMP, LINE_TOP);
    for (uint32_t i = 0; i < loop.exchange_count; i++) {
        const struct exchange *exchange = &loop.exchanges[i];
        const uint32_t other =
            exchange->line == LINE_AHEAD ? random_below(random, 3) : random_harmless(random);

        m->store[exchange->sum] = 0u - (m->store[exchange->line] + other);
    }
}

void random_store(struct baby *m, uint64_t *random)
{
    *m = (struct baby){.a = random_number(random)};
    if (!random_below(random, 4))
        m->ci = random_below(random, ABI_LINES);
    switch (random_below(random, 3)) {
    case 0:
        make_tangle(m, random);
        break;
    case 1:
        make_loop(m, random);
        break;
    default:
        nest_store(m, random);
    }
}
