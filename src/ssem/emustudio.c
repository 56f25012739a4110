/* What emuStudio's automation leaves of a run in ssem.out: A, CI, and the store as stars and
 * blanks.
 *
 * AutomaticEmulation.java of its plugin ssem-cpu writes it:
 *     ACC=0x3bfffe2
 *     CI=0x58
 *
 *        L L L L L 5 6 7 8 9 0 1 2 I I I ...
 *     00 *   * ...
 * A row is the number of a line, a blank, and two characters a bit, the least significant first: "*
 * " for 1, "  " for 0. CI is an address in bytes, four times the line of the last instruction. */
#include "ssem/emustudio.h"

#include <string.h>

#include "ssem/lexer.h"

#define ACC   "ACC=0x"
#define CI    "CI=0x"
#define BYTES 4 /* of a line */
#define FIRST 3 /* offset of the first bit in a row */

/* What is known so far. */
struct snapshot {
    struct baby *m;
    struct diagnostics *d;
    unsigned taken[ABI_LINES]; /* lines of the text, 0 for none */
};

static bool begins_with(const struct source_line *line, const char *prefix)
{
    return line->length >= strlen(prefix) && memcmp(line->text, prefix, strlen(prefix)) == 0;
}

bool emustudio_recognise(const struct source *source)
{
    struct source_line line = {0};

    return source_next(source, &line) && begins_with(&line, ACC);
}

/* Reads the hexadecimal number after the prefix, up to the end of the line. */
static bool read_register(struct snapshot *s, const struct source_line *line, const char *prefix,
                          uint32_t *value)
{
    size_t at = strlen(prefix), end = source_word_end(line, at);
    uint64_t number;

    if (!lexer_digits(line->text + at, end - at, 16, &number) || number > UINT32_MAX ||
        source_skip(line, end) != line->length) {
        diagnostics_add(s->d, line, at + 1, "a hexadecimal number of 32 bits is expected here");
        return false;
    }
    *value = (uint32_t)number;
    return true;
}

static void read_ci(struct snapshot *s, const struct source_line *line)
{
    uint32_t address;

    if (!read_register(s, line, CI, &address))
        return;
    if (address % BYTES)
        diagnostics_add(s->d, line, strlen(CI) + 1, "CI is an address in bytes, a multiple of 4");
    s->m->ci = address / BYTES % ABI_LINES;
}

/* Blanks at the end of a row may have been lost. */
static bool read_cells(struct snapshot *s, const struct source_line *line, uint32_t *word)
{
    *word = 0;
    for (size_t at = FIRST; at < line->length; at++) {
        size_t bit = (at - FIRST) / 2;
        bool can_be_star = (at - FIRST) % 2 == 0 && bit < 32;

        if (line->text[at] == '*' && can_be_star) {
            *word |= UINT32_C(1) << bit;
        } else if (line->text[at] != ' ') {
            diagnostics_add(s->d, line, at + 1,
                            can_be_star ? "only a star or a blank can stand here"
                                        : "only a blank can stand here");
            return false;
        }
    }
    return true;
}

static void read_row(struct snapshot *s, const struct source_line *line)
{
    size_t end = source_word_end(line, 0);
    uint64_t row;
    uint32_t word;

    if (!lexer_digits(line->text, end, 10, &row) || end != FIRST - 1 || row >= ABI_LINES) {
        diagnostics_add(s->d, line, 1, "a row begins with the number of a line, 00 to 31");
        return;
    }
    if (s->taken[row]) {
        diagnostics_add(s->d, line, 1, "this row again: the first is on line %u", s->taken[row]);
        return;
    }
    s->taken[row] = line->number;
    if (read_cells(s, line, &word))
        s->m->store[row] = word;
}

static void read_line(struct snapshot *s, const struct source_line *line)
{
    if (begins_with(line, ACC))
        read_register(s, line, ACC, &s->m->a);
    else if (begins_with(line, CI))
        read_ci(s, line);
    else if (!source_is_blank(line) && line->text[source_skip(line, 0)] != 'L')
        read_row(s, line);
}

void emustudio_read(struct baby *m, const struct source *source, struct diagnostics *d)
{
    struct snapshot s = {.m = m, .d = d};
    struct source_line line = {0};
    unsigned rows = 0;

    while (source_next(source, &line))
        read_line(&s, &line);
    for (unsigned i = 0; i < ABI_LINES; i++)
        rows += s.taken[i] != 0;
    if (rows < ABI_LINES && d->count == 0)
        diagnostics_add_whole(d, "the snapshot ends too early: it has %u of 32 lines", rows);
}
