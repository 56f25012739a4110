/* Sets of lines, a bit for each. */
#ifndef GUEST_TRANSLATE_LINES_H
#define GUEST_TRANSLATE_LINES_H

#include <stdbool.h>

#include "guest/abi.h"

/* For each line of a set in turn, lowest first; changing the set meanwhile has no effect. */
#define LINES_EACH(line, set)                                                                      \
    for (uint32_t line##_rest = (set);                                                             \
         line##_rest && ((line) = (unsigned)__builtin_ctz(line##_rest), true);                     \
         line##_rest &= line##_rest - 1)

/* The set of this line alone. */
static inline uint32_t lines_one(unsigned line)
{
    return 1u << line;
}

static inline bool lines_have(uint32_t set, unsigned line)
{
    return set >> line & 1;
}

static inline unsigned lines_count(uint32_t set)
{
    unsigned count = 0;

    for (; set; set &= set - 1)
        count++;
    return count;
}

#endif
