/* The store drawn with Unicode characters, as the monitor tube showed it: dot 0, dash 1. */
#include "ssem/drawing.h"

#include <string.h>

#define DOT    " ·"
#define DASH   " ━"
#define SIDE   "│"
#define MARK   "▸"
#define UPPER  "   ╭"
#define MIDDLE "   ├"
#define LOWER  "   ╰"
#define EDGE   "──"

static void draw_edge(FILE *out, const char *left, const char *right)
{
    fputs(left, out);
    for (int i = 0; i < ABI_LINES; i++)
        fputs(EDGE, out);
    fprintf(out, "─%s\n", right);
}

static void draw_word(FILE *out, const char *label, bool marked, uint32_t word)
{
    fprintf(out, "%2s%s" SIDE, label, marked ? MARK : " ");
    for (int i = 0; i < 32; i++)
        fputs(word >> i & 1 ? DASH : DOT, out);
    fputs(" " SIDE "\n", out);
}

void drawing_write(FILE *out, const struct baby *m)
{
    draw_edge(out, UPPER, "╮");
    for (unsigned i = 0; i < ABI_LINES; i++) {
        char label[12];

        snprintf(label, sizeof(label), "%u", i);
        draw_word(out, label, i == m->ci, m->store[i]);
    }
    draw_edge(out, MIDDLE, "┤");
    draw_word(out, "A", false, m->a);
    draw_edge(out, LOWER, "╯");
}

/* Where reading stands in a line. */
struct cursor {
    struct diagnostics *d;
    struct source_line line;
    size_t at;
};

static bool accept(struct cursor *c, const char *text)
{
    size_t length = strlen(text);

    if (c->line.length - c->at < length || memcmp(c->line.text + c->at, text, length) != 0)
        return false;
    c->at += length;
    return true;
}

static bool fail(const struct cursor *c, const char *what)
{
    diagnostics_add(c->d, &c->line, c->at + 1, "%s", what);
    return false;
}

static bool expect_edge(struct cursor *c, const char *left, const char *right)
{
    bool good = accept(c, left);

    for (int i = 0; good && i < ABI_LINES; i++)
        good = accept(c, EDGE);
    good = good && accept(c, "─") && accept(c, right);
    return good || fail(c, "an edge of the drawing is expected here");
}

static bool read_word(struct cursor *c, uint32_t *word)
{
    if (!accept(c, SIDE))
        return fail(c, "the left edge is expected here");
    *word = 0;
    for (int i = 0; i < 32; i++) {
        if (accept(c, DASH))
            *word |= UINT32_C(1) << i;
        else if (!accept(c, DOT))
            return fail(c, "a space and a dot or a dash are expected here");
    }
    return accept(c, " " SIDE) || fail(c, "the right edge is expected here, after 32 bits");
}

/* Steps to the next line; at the end of the text the last line stays, for the error. */
static bool next_line(struct cursor *c, const struct source *source)
{
    bool more = source_next(source, &c->line);

    c->at = more ? 0 : c->line.length;
    return more || fail(c, "the drawing ends too early");
}

static bool read_row(struct cursor *c, struct baby *m, unsigned row, bool *marked)
{
    char label[12];

    snprintf(label, sizeof(label), "%2u", row);
    if (!accept(c, label))
        return fail(c, "the number of the next line is expected here");
    if (accept(c, MARK)) {
        if (*marked)
            return fail(c, "a second line is marked");
        *marked = true;
        m->ci = row;
    } else if (!accept(c, " ")) {
        return fail(c, "a space or the mark of the action line is expected here");
    }
    return read_word(c, &m->store[row]);
}

static bool read_drawing(struct cursor *c, struct baby *m, const struct source *source)
{
    bool marked = false;

    if (!next_line(c, source) || !expect_edge(c, UPPER, "╮"))
        return false;
    for (unsigned i = 0; i < ABI_LINES; i++)
        if (!next_line(c, source) || !read_row(c, m, i, &marked))
            return false;
    if (!marked)
        return fail(c, "no line is marked as the action line");
    if (!next_line(c, source) || !expect_edge(c, MIDDLE, "┤") || !next_line(c, source))
        return false;
    if (!accept(c, " A "))
        return fail(c, "A is expected here");
    if (!read_word(c, &m->a) || !next_line(c, source) || !expect_edge(c, LOWER, "╯"))
        return false;
    while (source_next(source, &c->line))
        if (!source_is_blank(&c->line)) {
            c->at = 0;
            return fail(c, "the drawing is complete before this line");
        }
    return true;
}

bool drawing_recognise(const struct source *source)
{
    return source->length >= strlen(UPPER) && memcmp(source->text, UPPER, strlen(UPPER)) == 0;
}

void drawing_read(struct baby *m, const struct source *source, struct diagnostics *d)
{
    struct cursor cursor = {.d = d};

    if (source->length == 0)
        diagnostics_add_whole(d, "empty: there is no drawing in it");
    else
        read_drawing(&cursor, m, source);
}
