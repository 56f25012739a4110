/* A program on its way in this process, until it stops, returns to a state, or looks at a line that
 * has no value yet. */
#include "pool/walk.h"

#include <string.h>

#include "guest/word.h"

#define POWER_FIRST 8

/* A state to compare with, renewed after twice as many instructions each time (Brent, "An improved
 * Monte Carlo factorization algorithm", BIT 20, 1980). */
struct mark {
    struct walk state;
    unsigned differences; /* lines that are not as they were */
    bool loaded, looked;  /* since then A was loaded; was looked at before it was */
    uint64_t age, power;
};

static void renew(struct mark *mark, const struct walk *walk)
{
    mark->state = *walk;
    mark->differences = 0;
    mark->loaded = mark->looked = false;
    mark->age = 0;
    mark->power *= 2;
}

static bool returns(const struct mark *mark, const struct walk *walk)
{
    return mark->differences == 0 && walk->ci == mark->state.ci &&
           walk->known == mark->state.known && (!mark->looked || walk->a == mark->state.a);
}

static void put(struct walk *walk, struct mark *mark, uint32_t line, uint32_t word)
{
    const uint32_t marked = mark->state.store[line];

    mark->differences += (word != marked) - (walk->store[line] != marked);
    walk->store[line] = word;
    walk->known |= 1u << line;
}

enum walk_end walk_on(struct walk *walk, uint64_t limit, unsigned *line)
{
    struct mark mark = {.power = POWER_FIRST / 2};

    renew(&mark, walk);
    while (walk->executed < limit) {
        const uint32_t ci = (walk->ci + 1) % ABI_LINES, pi = walk->store[ci];
        const uint32_t operand = word_line(pi);
        const enum word_function function = word_function(pi);

        if (!(walk->known >> ci & 1)) {
            *line = ci;
            return WALK_LOOKS;
        }
        if (!(walk->known >> operand & 1) && function != WORD_STO && function < WORD_CMP) {
            *line = operand;
            return WALK_LOOKS;
        }
        walk->ci = ci;
        walk->executed++;
        switch (function) {
        case WORD_JMP:
            walk->ci = walk->store[operand] % ABI_LINES;
            break;
        case WORD_JRP:
            walk->ci = (ci + walk->store[operand]) % ABI_LINES;
            break;
        case WORD_LDN:
            walk->a = 0u - walk->store[operand];
            mark.loaded = true;
            break;
        case WORD_STO:
            mark.looked |= !mark.loaded;
            put(walk, &mark, operand, walk->a);
            break;
        case WORD_SUB:
        case WORD_SUB5:
            walk->a -= walk->store[operand];
            break;
        case WORD_CMP:
            mark.looked |= !mark.loaded;
            walk->ci = (ci + (walk->a >> 31)) % ABI_LINES;
            break;
        case WORD_STP:
            return WALK_STP;
        }
        if (returns(&mark, walk))
            return WALK_CYCLE;
        if (++mark.age == mark.power)
            renew(&mark, walk);
    }
    return WALK_OPEN;
}
