/* The SSEM's instruction set as a table: function numbers, mnemonics, operands. */
#include "ssem/isa.h"

#include <stdio.h>

const struct isa_function isa_functions[FUNCTION_COUNT] = {
    [FUNCTION_JMP] = {"JMP", true},  [FUNCTION_JRP] = {"JRP", true},
    [FUNCTION_LDN] = {"LDN", true},  [FUNCTION_STO] = {"STO", true},
    [FUNCTION_SUB] = {"SUB", true},  [FUNCTION_SUB5] = {"SUB", true},
    [FUNCTION_CMP] = {"CMP", false}, [FUNCTION_STP] = {"STP", false},
};

const char *isa_text(uint32_t word, char *out, size_t size)
{
    const struct isa_function *function = &isa_functions[isa_function(word)];

    if (function->has_line)
        snprintf(out, size, "%s %u", function->mnemonic, (unsigned)isa_line(word));
    else
        snprintf(out, size, "%s", function->mnemonic);
    return out;
}
