/* Writes a store as assembly with line numbers, in the dialects of other simulators. */
#include "ssem/disassembler.h"

#include <inttypes.h>
#include <stdbool.h>

#include "ssem/isa.h"

/* "NUM -2147483648" and a NUL fit. */
#define TEXT_SIZE 24

/* Marks the lines that can be reached from the one after CI, if the store does not change. Each
 * line is taken up once and leads to two others at most. */
static void mark_code(const struct baby *m, bool code[ABI_LINES])
{
    uint32_t waiting[2 * ABI_LINES + 1] = {m->ci + 1};
    unsigned count = 1;

    while (count) {
        uint32_t line = waiting[--count] % ABI_LINES;
        uint32_t word = m->store[line];
        uint32_t operand = m->store[word_line(word)];

        if (code[line])
            continue;
        code[line] = true;
        switch (word_function(word)) {
        case WORD_JMP:
            waiting[count++] = operand + 1;
            break;
        case WORD_JRP:
            waiting[count++] = line + operand + 1;
            break;
        case WORD_STP:
            break;
        case WORD_CMP:
            waiting[count++] = line + 2;
            /* fall through */
        default:
            waiting[count++] = line + 1;
        }
    }
}

/* Whether the instruction's text assembles to the very word. */
static bool is_exact(uint32_t word)
{
    enum word_function function = word_function(word);
    uint32_t line = isa_functions[function].has_line ? word_line(word) : 0;

    return function != WORD_SUB5 && word == word_make(function, line);
}

/* Small numbers look like JMP, and are that only where the program gets to them. */
static void disassemble(uint32_t word, bool is_code, const char *stp, char out[TEXT_SIZE])
{
    if (!is_exact(word) || (!is_code && word_function(word) == WORD_JMP))
        snprintf(out, TEXT_SIZE, "NUM %" PRId32, isa_number(word));
    else if (word_function(word) == WORD_STP)
        snprintf(out, TEXT_SIZE, "%s", stp);
    else
        isa_text(word, out);
}

/* How a dialect writes a line. */
struct dialect {
    int digits; /* of the line number */
    const char *separator, *stp, *end;
};

static void write_lines(FILE *out, const struct baby *m, const struct dialect *dialect)
{
    bool code[ABI_LINES] = {false};
    char text[TEXT_SIZE];

    mark_code(m, code);
    for (int i = 0; i < ABI_LINES; i++) {
        disassemble(m->store[i], code[i], dialect->stp, text);
        fprintf(out, "%0*d%s%s%s", dialect->digits, i, dialect->separator, text, dialect->end);
    }
}

void disassembler_write_asm(FILE *out, const struct baby *m)
{
    fprintf(out, "%d\r\n", ABI_LINES);
    write_lines(out, m, &(struct dialect){4, " ", "STP", "\r\n"});
}

void disassembler_write_ssem(FILE *out, const struct baby *m)
{
    write_lines(out, m, &(struct dialect){2, ": ", "STOP", "\n"});
}
