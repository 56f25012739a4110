/* A turn of a loop, and what any number of further turns would do. */
#include "guest/turn.h"

#define SIGN 0x80000000u

#define EACH(word, set)                                                                            \
    for (uint64_t word##_rest = (set);                                                             \
         word##_rest && ((word) = __builtin_ctzll(word##_rest), true);                             \
         word##_rest &= word##_rest - 1)

void turn_begin(struct turn *turn, const struct turn_words *before, const struct turn_words *words)
{
    for (int i = 0; i < TURN_WORDS; i++) {
        const uint32_t supposed = words->of[i] - before->of[i];

        turn->start.of[i] = words->of[i];
        turn->supposed.of[i] = supposed;
        turn->difference.of[i] = supposed;
    }
    turn->path = (struct turn_path){.more = TURN_FOR_EVER, .a = turn->supposed.of[TURN_A]};
}

uint64_t turn_additions(uint32_t word, uint32_t step)
{
    if (!step)
        return TURN_FOR_EVER;
    return step & SIGN ? (word & ~SIGN) / (0u - step) : (~word & ~SIGN) / step;
}

static uint32_t difference(const struct turn *turn, int word)
{
    return word == TURN_A ? turn->path.a : turn->difference.of[word];
}

bool turn_repeats(const struct turn *turn, const struct turn_words *words)
{
    int i;

    if (turn->path.bends)
        return false;
    EACH(i, turn->path.read)
    if (words->of[i] - turn->start.of[i] != turn->supposed.of[i] ||
        difference(turn, i) != turn->supposed.of[i])
        return false;
    return true;
}

void turn_add(const struct turn *turn, struct turn_words *words, uint64_t turns)
{
    int i;

    EACH(i, turn->path.read | turn->path.written)
    words->of[i] += (uint32_t)turns * difference(turn, i);
}

uint64_t turn_period(const struct turn *turn)
{
    uint64_t all = (uint64_t)1 << 32;
    int i;

    EACH(i, turn->path.read | turn->path.written)
    all |= difference(turn, i);
    return (uint64_t)1 << (32 - __builtin_ctzll(all));
}
