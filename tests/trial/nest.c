/* Random loops that count, up to three deep, with numbers that wrap and cross the sign. */
#include "trial/nest.h"

#include "guest/word.h"
#include "trial/random.h"

#define DEEPEST 3
#define PHRASES 3

/* A program under construction: code from line 0 upwards, numbers from line 31 downwards. */
struct nest {
    struct baby *m;
    uint64_t *random;
    uint32_t code, numbers;
    uint32_t depth;
};

static uint32_t below(struct nest *nest, uint32_t limit)
{
    return random_below(nest->random, limit);
}

/* Of any size, with either sign. */
static uint32_t random_size(struct nest *nest)
{
    const uint32_t number = (uint32_t)random_next(nest->random) >> below(nest, 32);

    return below(nest, 2) ? number : 0u - number;
}

static void put(struct nest *nest, enum word_function function, uint32_t line)
{
    nest->m->store[nest->code++ % ABI_LINES] = word_make(function, line);
}

/* Keeps a number in a line of its own, which is returned; all share the last one if there are too
 * many. */
static uint32_t keep(struct nest *nest, uint32_t number)
{
    if (nest->numbers > ABI_LINES - 15)
        nest->numbers--;
    nest->m->store[nest->numbers] = number;
    return nest->numbers;
}

/* A line with a number that is there already, or any line. */
static uint32_t some_line(struct nest *nest)
{
    return below(nest, 24) ? nest->numbers + below(nest, ABI_LINES - nest->numbers)
                           : below(nest, ABI_LINES);
}

static void put_phrase(struct nest *nest)
{
    const uint32_t line = some_line(nest);

    switch (below(nest, 6)) {
    case 0: /* x = -x - y */
        put(nest, WORD_LDN, line);
        put(nest, WORD_SUB, some_line(nest));
        put(nest, WORD_STO, line);
        break;
    case 1: /* an instruction into the code, the same each time */
        put(nest, WORD_LDN, keep(nest, 0u - word_make(WORD_SUB, some_line(nest))));
        put(nest, WORD_STO, below(nest, nest->code));
        break;
    case 2: /* an instruction, every second time another one */
        put(nest, WORD_LDN, line);
        put(nest, WORD_SUB, keep(nest, random_size(nest)));
        put(nest, WORD_STO, below(nest, 2) ? line : below(nest, nest->code));
        break;
    case 3:
        put(nest, WORD_CMP, 0);
        put(nest, below(nest, 2) ? WORD_SUB : WORD_LDN, line);
        break;
    case 4:
        put(nest, WORD_STO, line);
        break;
    default:
        put(nest, WORD_SUB, line);
    }
}

/* Jumps back to the line, some JMPs and JRPs with high bits that mean nothing. */
static void put_jump(struct nest *nest, uint32_t to)
{
    const uint32_t high = below(nest, 2) ? random_size(nest) << 5 : 0;

    if (below(nest, 2))
        put(nest, WORD_JMP, keep(nest, (to - 1) % ABI_LINES + high));
    else
        put(nest, WORD_JRP, keep(nest, to - 1 - nest->code));
}

/* Counts in A alone, in four instructions. */
static void put_innermost(struct nest *nest)
{
    put(nest, WORD_LDN, some_line(nest));
    put(nest, WORD_SUB, some_line(nest));
    put(nest, WORD_CMP, 0);
    put_jump(nest, nest->code - 2);
}

static void put_loop(struct nest *nest, uint32_t level)
{
    const uint32_t counter = keep(nest, random_size(nest));
    const uint32_t step = keep(nest, random_size(nest));
    uint32_t top;

    if (level > 0 && below(nest, 4)) {
        put(nest, WORD_LDN, keep(nest, random_size(nest)));
        put(nest, WORD_STO, counter);
    }
    top = nest->code;
    for (uint32_t i = below(nest, PHRASES); i; i--)
        put_phrase(nest);
    if (level + 2 < nest->depth)
        put_loop(nest, level + 1);
    else if (level + 2 == nest->depth)
        put_innermost(nest);
    put(nest, WORD_LDN, counter);
    put(nest, WORD_SUB, step);
    put(nest, WORD_STO, counter);
    if (below(nest, 2)) {
        put(nest, WORD_LDN, counter);
        put(nest, WORD_STO, counter);
    }
    if (below(nest, 4))
        put(nest, WORD_CMP, 0);
    put_jump(nest, top);
}

void nest_store(struct baby *m, uint64_t *random)
{
    struct nest nest = {m, random, random_below(random, 2), ABI_LINES, 0};

    for (uint32_t line = 0; line < ABI_LINES; line++)
        m->store[line] = random_below(random, 3) ? 0 : word_make(WORD_STP, 0);
    nest.depth = 1 + random_below(random, DEEPEST);
    keep(&nest, random_size(&nest));
    put_loop(&nest, 0);
    if (!random_below(random, 4))
        m->store[random_below(random, ABI_LINES)] = random_size(&nest);
}
