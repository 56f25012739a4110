/* Random SSEM programs that make life hard for engines. */
#include "trial/random_store.h"

#include <stdbool.h>

#include "ssem/isa.h"
#include "trial/random.h"

/* How many of 64 instructions have each function. */
struct mixture {
    uint8_t of[FUNCTION_COUNT];
};

static const struct mixture mixtures[] = {
    {{6, 8, 12, 16, 9, 2, 9, 2}},  /* a bit of everything */
    {{4, 10, 16, 20, 8, 0, 6, 0}}, /* endless and rewriting */
    {{14, 20, 8, 8, 6, 0, 8, 0}},  /* jumps */
    {{0, 4, 18, 16, 16, 2, 8, 0}}, /* straight on, past line 31 */
};

static enum function random_function(const struct mixture *mixture, uint64_t *random)
{
    int left = (int)random_below(random, 64);

    for (int function = 0; function < FUNCTION_COUNT; function++) {
        left -= mixture->of[function];
        if (left < 0)
            return (enum function)function;
    }
    return FUNCTION_LDN;
}

static uint32_t random_instruction(const struct mixture *mixture, uint32_t lines, uint64_t *random)
{
    uint32_t word =
        isa_word(random_function(mixture, random),
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

    m->store[at % ABI_LINES] = isa_word(FUNCTION_LDN, line);
    m->store[(at + 1) % ABI_LINES] = isa_word(FUNCTION_SUB, random_below(random, ABI_LINES));
    m->store[(at + 2) % ABI_LINES] = isa_word(FUNCTION_STO, line);
}

/* A jump backwards at the end of the code, so that it is a loop. */
static void put_loop(struct baby *m, uint32_t lines, uint64_t *random)
{
    uint32_t at = lines - 1;
    uint32_t through = lines + random_below(random, ABI_LINES - lines);

    m->store[at] = isa_word(random_below(random, 2) ? FUNCTION_JMP : FUNCTION_JRP, through);
    m->store[through] = isa_function(m->store[at]) == FUNCTION_JMP
                            ? random_below(random, lines)
                            : 0u - 1 - random_below(random, lines);
}

void random_store(struct baby *m, uint64_t *random)
{
    const struct mixture *mixture =
        &mixtures[random_below(random, sizeof(mixtures) / sizeof(mixtures[0]))];
    const uint32_t lines = 4 + random_below(random, ABI_LINES - 4); /* of code; data follows */

    *m = (struct baby){.a = random_number(random)};
    if (!random_below(random, 4))
        m->ci = random_below(random, ABI_LINES);
    for (uint32_t line = 0; line < ABI_LINES; line++)
        m->store[line] =
            line < lines ? random_instruction(mixture, lines, random) : random_number(random);
    for (uint32_t count = random_below(random, 4); count; count--)
        put_count(m, random_below(random, lines), lines, random);
    if (random_below(random, 4))
        put_loop(m, lines, random);
}
