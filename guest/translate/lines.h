/* Sets of lines, a bit for each, and what the word of a line says. */
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

/* Functions of an instruction word, its bits 13 to 15. */
enum lines_function {
    LINES_JMP,
    LINES_JRP,
    LINES_LDN,
    LINES_STO,
    LINES_SUB,
    LINES_SUB5,
    LINES_CMP,
    LINES_STP,
};

#define LINES_FUNCTIONS 8

#define LINES_FUNCTION_SHIFT 13

static inline enum lines_function lines_function(uint32_t word)
{
    return (enum lines_function)(word >> LINES_FUNCTION_SHIFT & 7);
}

static inline unsigned lines_operand(uint32_t word)
{
    return word % ABI_LINES;
}

/* Whether the word jumps through its operand. */
static inline bool lines_jumps(uint32_t word)
{
    return lines_function(word) <= LINES_JRP;
}

#endif
