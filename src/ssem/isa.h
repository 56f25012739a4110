/* The SSEM's instruction set as a table: mnemonics and operands of the functions. */
#ifndef SSEM_ISA_H
#define SSEM_ISA_H

#include <stdbool.h>
#include <stdint.h>

#include "guest/word.h"

struct isa_function {
    const char *mnemonic; /* the PRM's */
    bool has_line;        /* its line number means something */
};

/* By enum word_function. */
extern const struct isa_function isa_functions[WORD_FUNCTIONS];

/* A word as the number it stands for, two's complement. */
static inline int32_t isa_number(uint32_t word)
{
    return word <= INT32_MAX ? (int32_t)word : (int32_t)(word - 0x80000000u) + INT32_MIN;
}

#define ISA_TEXT 7 /* bytes of the longest, "LDN 24" */

/* Writes the instruction in the PRM's mnemonics, such as "LDN 24" or "STP", into out, and returns
 * out. */
const char *isa_text(uint32_t word, char out[ISA_TEXT]);

#endif
