/* The SSEM's instruction word: which bits are the function, which the line. */
#ifndef GUEST_WORD_H
#define GUEST_WORD_H

#include <stdbool.h>
#include <stdint.h>

/* Functions, bits 13 to 15 of the word (PRM). Numbers 4 and 5 are both SUB. */
enum word_function {
    WORD_JMP,
    WORD_JRP,
    WORD_LDN,
    WORD_STO,
    WORD_SUB,
    WORD_SUB5,
    WORD_CMP,
    WORD_STP,
};

#define WORD_FUNCTIONS      8
#define WORD_FUNCTION_SHIFT 13
#define WORD_LINES          32 /* lines that bits 0 to 4 name */

static inline enum word_function word_function(uint32_t word)
{
    return (enum word_function)(word >> WORD_FUNCTION_SHIFT & (WORD_FUNCTIONS - 1));
}

static inline uint32_t word_line(uint32_t word)
{
    return word % WORD_LINES;
}

/* The word that has this function and line and nothing else. */
static inline uint32_t word_make(enum word_function function, uint32_t line)
{
    return (uint32_t)function << WORD_FUNCTION_SHIFT | line % WORD_LINES;
}

/* Whether the word jumps through its line. */
static inline bool word_jumps(uint32_t word)
{
    return word_function(word) <= WORD_JRP;
}

#endif
