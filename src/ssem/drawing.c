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

bool drawing_recognise(const struct source *source)
{
    return source->length >= strlen(UPPER) && memcmp(source->text, UPPER, strlen(UPPER)) == 0;
}
