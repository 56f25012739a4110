/* The SSEM's instruction set as a table: function numbers, mnemonics, operands. */
#ifndef SSEM_ISA_H
#define SSEM_ISA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bits 13-15 of an instruction word (PRM). Functions 4 and 5 are both SUB. */
enum function {
    FUNCTION_JMP = 0,
    FUNCTION_JRP = 1,
    FUNCTION_LDN = 2,
    FUNCTION_STO = 3,
    FUNCTION_SUB = 4,
    FUNCTION_SUB5 = 5,
    FUNCTION_CMP = 6,
    FUNCTION_STP = 7,
    FUNCTION_COUNT = 8,
};

struct isa_function {
    const char *mnemonic; /* the PRM's */
    bool has_line;        /* its line number means something */
};

extern const struct isa_function isa_functions[FUNCTION_COUNT];

/* The function of an instruction word. */
static inline enum function isa_function(uint32_t word)
{
    return (enum function)(word >> 13 & 7);
}

/* The line number of an instruction word: 5 bits select one of 32 lines. */
static inline uint32_t isa_line(uint32_t word)
{
    return word & 31;
}

/* The instruction word that has this function and line and nothing else. */
static inline uint32_t isa_word(enum function function, uint32_t line)
{
    return (uint32_t)function << 13 | (line & 31);
}

/* A word as the number it stands for, two's complement. */
static inline int32_t isa_number(uint32_t word)
{
    return word <= INT32_MAX ? (int32_t)word : (int32_t)(word - 0x80000000u) + INT32_MIN;
}

/* Writes the instruction in the PRM's mnemonics, such as "LDN 24" or "STP", into out (size bytes,
 * 7 suffice), and returns out. */
const char *isa_text(uint32_t word, char *out, size_t size);

#endif
