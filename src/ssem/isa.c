/* The SSEM's instruction set as a table: mnemonics and operands of the functions. */
#include "ssem/isa.h"

#include <string.h>

const struct isa_function isa_functions[WORD_FUNCTIONS] = {
    [WORD_JMP] = {"JMP", true},  [WORD_JRP] = {"JRP", true},  [WORD_LDN] = {"LDN", true},
    [WORD_STO] = {"STO", true},  [WORD_SUB] = {"SUB", true},  [WORD_SUB5] = {"SUB", true},
    [WORD_CMP] = {"CMP", false}, [WORD_STP] = {"STP", false},
};

const char *isa_text(uint32_t word, char out[ISA_TEXT])
{
    const struct isa_function *function = &isa_functions[word_function(word)];
    const unsigned line = word_line(word);
    char *end = stpcpy(out, function->mnemonic);

    if (!function->has_line)
        return out;
    *end++ = ' ';
    if (line >= 10)
        *end++ = (char)('0' + line / 10);
    *end++ = (char)('0' + line % 10);
    *end = '\0';
    return out;
}
