/* The SSEM's instruction set as a table: mnemonics and operands of the functions. */
#include "ssem/isa.h"

#include <stdio.h>

const struct isa_function isa_functions[WORD_FUNCTIONS] = {
    [WORD_JMP] = {"JMP", true},  [WORD_JRP] = {"JRP", true},  [WORD_LDN] = {"LDN", true},
    [WORD_STO] = {"STO", true},  [WORD_SUB] = {"SUB", true},  [WORD_SUB5] = {"SUB", true},
    [WORD_CMP] = {"CMP", false}, [WORD_STP] = {"STP", false},
};

const char *isa_text(uint32_t word, char *out, size_t size)
{
    const struct isa_function *function = &isa_functions[word_function(word)];

    if (function->has_line)
        snprintf(out, size, "%s %u", function->mnemonic, (unsigned)word_line(word));
    else
        snprintf(out, size, "%s", function->mnemonic);
    return out;
}
