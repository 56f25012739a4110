/* Words as signed decimal numbers, one on a line. */
#include "ssem/decimal.h"

#include <inttypes.h>

#include "ssem/isa.h"
#include "ssem/lexer.h"

/* Reads a number with nothing but white space around it. Returns false if the line is something
 * else; a value that is far out of range is INT64_MAX or INT64_MIN. */
static bool read_number(const struct source_line *line, int64_t *value)
{
    size_t at = source_skip(line, 0);
    bool negative = at < line->length && line->text[at] == '-';
    size_t digits = 0;

    if (at < line->length && (line->text[at] == '-' || line->text[at] == '+'))
        at++;
    *value = 0;
    for (; at < line->length && line->text[at] >= '0' && line->text[at] <= '9'; at++, digits++) {
        int digit = line->text[at] - '0';

        if (__builtin_mul_overflow(*value, 10, value) ||
            __builtin_add_overflow(*value, negative ? -digit : digit, value))
            *value = negative ? INT64_MIN : INT64_MAX;
    }
    return digits && source_skip(line, at) == line->length;
}

/* Whether the line is one run of 0 and 1 that is too long for a number. */
static bool is_bits(const struct source_line *line)
{
    size_t from = source_skip(line, 0);
    size_t at = from;

    while (at < line->length && (line->text[at] == '0' || line->text[at] == '1'))
        at++;
    return at - from > LEXER_DECIMAL_DIGITS && source_skip(line, at) == line->length;
}

bool decimal_recognise(const struct source *source)
{
    struct source_line line = {0};
    bool any = false;
    int64_t value;

    while (source_next(source, &line)) {
        if (source_is_blank(&line))
            continue;
        if (!read_number(&line, &value) || is_bits(&line))
            return false;
        any = true;
    }
    return any;
}

static void read_line(struct diagnostics *d, struct baby *m, unsigned at,
                      const struct source_line *line)
{
    size_t column = source_skip(line, 0) + 1;
    int64_t value;

    if (!read_number(line, &value))
        diagnostics_add(d, line, column, "only a number can stand here, alone on its line");
    else if (value < INT32_MIN || value > UINT32_MAX)
        diagnostics_add(d, line, column, "the number does not fit in 32 bits");
    else if (at < ABI_LINES)
        m->store[at] = (uint32_t)value;
    else if (at == ABI_LINES)
        diagnostics_add(d, line, column, "more than 32 numbers: the store has only 32 lines");
}

void decimal_read(struct baby *m, const struct source *source, struct diagnostics *d)
{
    struct source_line line = {0}, blank = {0};
    unsigned at = 0;

    while (source_next(source, &line)) {
        if (source_is_blank(&line)) {
            if (!blank.number)
                blank = line;
            continue;
        }
        if (blank.number && at > 0)
            diagnostics_add(d, &blank, 1,
                            "ambiguous: a word of 0, or no word; write 0 or delete the line");
        blank = (struct source_line){0};
        read_line(d, m, at++, &line);
    }
    if (at == 0)
        diagnostics_add_whole(d, "empty: there is no number in it");
}

void decimal_write(FILE *out, const struct baby *m)
{
    for (int i = 0; i < ABI_LINES; i++)
        fprintf(out, "%" PRId32 "\n", isa_number(m->store[i]));
}
