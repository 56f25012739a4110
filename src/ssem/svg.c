/* The store as a picture of the monitor tube, in SVG. */
#include "ssem/svg.h"

#include <string.h>

#include "ssem/listing.h"

#define METADATA     "<metadata>"
#define METADATA_END "</metadata>"

/* Geometry of the picture, in its own units. */
#define LEFT  168  /* middle of bit 0 */
#define PITCH 15   /* from bit to bit */
#define TOP   1720 /* middle of line 0, in tenths */
#define RISE  147  /* from line to line, in tenths */
#define DASH  6    /* length of a dash, without its round ends */

static const char head[] =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 800 800\" role=\"img\">\n"
    "<title>The store of the Manchester Baby on its monitor tube</title>\n";

static const char tube[] =
    "<defs>\n"
    "<radialGradient id=\"rim\" cx=\".36\" cy=\".3\" r=\".8\">"
    "<stop offset=\"0\" stop-color=\"#565a58\"/><stop offset=\".5\" stop-color=\"#2a2d2c\"/>"
    "<stop offset=\"1\" stop-color=\"#0d0f0e\"/></radialGradient>\n"
    "<radialGradient id=\"screen\" cx=\".5\" cy=\".47\" r=\".56\">"
    "<stop offset=\"0\" stop-color=\"#0d3a20\"/><stop offset=\".62\" stop-color=\"#08281a\"/>"
    "<stop offset=\".9\" stop-color=\"#04150e\"/><stop offset=\"1\" stop-color=\"#020906\"/>"
    "</radialGradient>\n"
    "<linearGradient id=\"shine\" x1=\".2\" y1=\"0\" x2=\".6\" y2=\"1\">"
    "<stop offset=\"0\" stop-color=\"#fff\" stop-opacity=\".16\"/>"
    "<stop offset=\".45\" stop-color=\"#fff\" stop-opacity=\"0\"/></linearGradient>\n"
    "<filter id=\"glow\" x=\"-5%\" y=\"-5%\" width=\"110%\" height=\"110%\">"
    "<feGaussianBlur stdDeviation=\"3.2\" result=\"soft\"/>"
    "<feMerge><feMergeNode in=\"soft\"/><feMergeNode in=\"soft\"/>"
    "<feMergeNode in=\"SourceGraphic\"/></feMerge></filter>\n"
    "</defs>\n"
    "<circle cx=\"400\" cy=\"400\" r=\"396\" fill=\"url(#rim)\"/>\n"
    "<circle cx=\"400\" cy=\"400\" r=\"368\" fill=\"#070908\"/>\n"
    "<circle cx=\"400\" cy=\"400\" r=\"360\" fill=\"url(#screen)\"/>\n";

static const char glass[] =
    "<path d=\"M400 52A348 348 0 0 0 60 330C150 190 300 120 470 130C600 138 690 190 738 300"
    "A348 348 0 0 0 400 52Z\" fill=\"url(#shine)\"/>\n"
    "<circle cx=\"400\" cy=\"400\" r=\"364\" fill=\"none\" stroke=\"#000\" stroke-opacity=\".6\""
    " stroke-width=\"8\"/>\n"
    "</svg>\n";

/* One line of the store: a path for its dots and one for its dashes. A dot is a dash of next to no
 * length whose ends are round. */
static void draw_bits(FILE *out, unsigned line, uint32_t word, bool dashes)
{
    unsigned y = TOP + RISE * line;

    fputs(dashes ? "<path d=\"" : "<path class=\"d\" d=\"", out);
    for (int bit = 0; bit < 32; bit++) {
        int x = LEFT + PITCH * bit;

        if ((word >> bit & 1) != dashes)
            continue;
        if (dashes)
            fprintf(out, "M%d %u.%uh%d", x - DASH / 2, y / 10, y % 10, DASH);
        else
            fprintf(out, "M%d %u.%uh.01", x, y / 10, y % 10);
    }
    fputs("\"/>", out);
}

static void draw_line(FILE *out, unsigned line, uint32_t word, bool action)
{
    fputs(action ? "<g class=\"a\">" : "<g>", out);
    if (word != UINT32_MAX)
        draw_bits(out, line, word, false);
    if (word)
        draw_bits(out, line, word, true);
    fputs("</g>\n", out);
}

void svg_write(FILE *out, const struct baby *m)
{
    fputs(head, out);
    fputs(METADATA "\n", out);
    listing_write(out, m);
    fputs(METADATA_END "\n", out);
    fputs(tube, out);
    fputs("<style>path{fill:none}.s path{stroke:#5cf29a;stroke-width:4.4}"
          ".s .d{stroke:#3fae70;stroke-width:3.4}.s .a path{stroke:#dcffe9;stroke-width:5.4}"
          ".s .a .d{stroke:#a8f5c6;stroke-width:4.2}</style>\n"
          "<g class=\"s\" stroke-linecap=\"round\" filter=\"url(#glow)\">\n",
          out);
    for (unsigned i = 0; i < ABI_LINES; i++)
        draw_line(out, i, m->store[i], i == m->ci);
    fputs("</g>\n", out);
    fputs(glass, out);
}

bool svg_recognise(const struct source *source)
{
    return (source->length >= 4 && memcmp(source->text, "<svg", 4) == 0) ||
           (source->length >= 5 && memcmp(source->text, "<?xml", 5) == 0);
}

static const char *find(const char *from, const char *end, const char *what)
{
    return memmem(from, (size_t)(end - from), what, strlen(what));
}

/* Adds an error at the place in the text. */
static void bad(struct diagnostics *d, const struct source *source, const char *place,
                const char *what)
{
    size_t offset = (size_t)(place - source->text);
    struct source_line line;

    source_find(source, offset, &line);
    diagnostics_add(d, &line, offset - (size_t)(line.text - source->text) + 1, "%s", what);
}

void svg_read(struct baby *m, const struct source *source, struct diagnostics *d)
{
    const char *end = source->text + source->length;
    const char *from = find(source->text, end, METADATA);
    const char *to = from ? find(from, end, METADATA_END) : NULL;
    const char *twice = to ? find(to + 1, end, METADATA) : NULL;
    struct source inside = *source;
    struct source_line first;

    if (!to) {
        diagnostics_add_whole(d, "a picture without a store in its metadata; only pictures drawn "
                                 "by babyvisor can be read");
        return;
    }
    if (twice) {
        bad(d, source, twice, "metadata for the second time");
        return;
    }
    from += strlen(METADATA);
    source_find(source, (size_t)(from - source->text), &first);
    if (from < first.text + first.length) {
        bad(d, source, from, "the listing must begin on the line after the metadata's");
        return;
    }
    inside.text = source->text + first.next;
    inside.length = to > inside.text ? (size_t)(to - inside.text) : 0;
    inside.before = first.number;
    listing_read(m, &inside, d);
}
