/* A comparison as one self-contained HTML page with charts drawn in SVG, light and dark. */
#include "report/chart.h"

#include "report/text.h"

/* Layout of a chart, in units of its viewBox. */
#define WIDTH     720
#define LABELS    110 /* left of the bars */
#define VALUES    90  /* right of the bars */
#define BAR       14
#define GAP       2  /* between the bars of an engine */
#define MARGIN    14 /* between engines */
#define TOP       8
#define AXIS      26
#define PLOT      (WIDTH - LABELS - VALUES)
#define TICKS_MAX 6

static const char head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>babyvisor: engines compared</title>\n"
    "<style>\n"
    ":root { color-scheme: light dark; --page: #fcfcfa; --ink: #1c1f1d; --soft: #5d6560;\n"
    "  --line: #dcdfda; --native: #2f6fc4; --guest: #d07a1f;\n"
    "  --emulated: #4d8a4f; }\n"
    "@media (prefers-color-scheme: dark) { :root { --page: #14171a; --ink: #e6e9e6;\n"
    "  --soft: #9aa39d; --line: #2f353a; --native: #6ba3ee; --guest: #eba04e;\n"
    "  --emulated: #8cc58d; } }\n"
    "body { background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif;\n"
    "  max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }\n"
    "h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2.5rem 0 0; }\n"
    "p { color: var(--soft); margin: .3rem 0 1rem; }\n"
    "svg { display: block; width: 100%; height: auto; font-size: 13px; }\n"
    "svg text { fill: var(--ink); } svg .soft { fill: var(--soft); }\n"
    ".native { fill: var(--native); } .guest { fill: var(--guest); }\n"
    ".emulated { fill: var(--emulated); }\n"
    ".grid { stroke: var(--line); }\n"
    ".key { display: inline-block; width: .8em; height: .8em; border-radius: 2px;\n"
    "  margin: 0 .3em 0 1em; } .key.native { background: var(--native); margin-left: 0; }\n"
    ".key.guest { background: var(--guest); } .key.emulated { background: var(--emulated); }\n"
    "div { overflow-x: auto; } table { border-collapse: collapse; width: 100%;\n"
    "  font-variant-numeric: tabular-nums; font-size: .9rem; margin-top: .5rem; }\n"
    "th, td { text-align: right; padding: .25rem .4rem; border-bottom: 1px solid var(--line); }\n"
    "th { color: var(--soft); font-weight: 600; } th:first-child, td:first-child\n"
    "  { text-align: left; }\n"
    "</style>\n"
    "<h1>Emulation techniques, native and virtualized</h1>\n"
    "<p>SSEM instructions per second by engine: the same machine code called in an ordinary "
    "process\n"
    "(native) and run inside a KVM guest. Guest over native is Popek and Goldberg's "
    "efficiency.</p>\n";

/* Text of a program's name as HTML. */
static void escape(FILE *out, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        default:
            fputc(*text, out);
        }
}

static double largest_rate(const struct comparison *comparison)
{
    double largest = 0;

    for (size_t i = 0; i < comparison->count; i++)
        for (int backend = 0; backend < BACKEND_COUNT; backend++)
            if (comparison->rows[i].figures[backend].rate > largest)
                largest = comparison->rows[i].figures[backend].rate;
    return largest > 1 ? largest : 1;
}

/* The distance between ticks: 1, 2 or 5 times a power of ten, at most TICKS_MAX of them. */
static double tick_step(double largest)
{
    double step = 1;

    while (step * 10 * TICKS_MAX <= largest)
        step *= 10;
    if (step * TICKS_MAX >= largest)
        return step;
    if (step * 2 * TICKS_MAX >= largest)
        return step * 2;
    return step * 5 * TICKS_MAX >= largest ? step * 5 : step * 10;
}

static void draw_bar(FILE *out, const struct measure_figure *figure, const char *kind, double y,
                     double scale)
{
    double length = figure->rate * scale + 1;

    fprintf(out,
            "<rect class=\"%s\" x=\"%d\" y=\"%.0f\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>"
            "<text class=\"soft\" x=\"%.1f\" y=\"%.0f\">%.0f%s</text>\n",
            kind, LABELS, y, length, BAR, LABELS + length + 6, y + BAR - 3, figure->rate / 1e6,
            figure->stable ? "" : " ~");
}

/* The bars of one engine, from y downwards. */
static void draw_bars(FILE *out, const struct comparison *comparison,
                      const struct comparison_row *row, double y, double scale)
{
    draw_bar(out, &row->figures[BACKEND_NATIVE], "native", y, scale);
    y += BAR + GAP;
    if (comparison->has_kvm) {
        draw_bar(out, &row->figures[BACKEND_KVM], "guest", y, scale);
        y += BAR + GAP;
    }
    if (comparison->qemu.measured)
        draw_bar(out, &row->qemu.figure, "emulated", y, scale);
}

static void draw_chart(FILE *out, const struct comparison *comparison)
{
    const int bars = comparison->qemu.measured ? 3 : 2;
    const int row_height = bars * (BAR + GAP) - GAP + MARGIN;
    const double largest = largest_rate(comparison);
    const double scale = PLOT / largest;
    const double step = tick_step(largest);
    const double bottom = TOP + (double)comparison->count * row_height;

    fprintf(out,
            "<svg viewBox=\"0 0 %d %.0f\" role=\"img\" aria-label=\"bars: million SSEM "
            "instructions per second by engine\">\n",
            WIDTH, bottom + AXIS);
    for (double tick = 0; tick <= largest; tick += step)
        fprintf(out,
                "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%.0f\"/><text "
                "class=\"soft\" x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">%.0f</text>\n",
                LABELS + tick * scale, LABELS + tick * scale, TOP, bottom, LABELS + tick * scale,
                bottom + 18, tick / 1e6);
    for (size_t i = 0; i < comparison->count; i++) {
        const struct comparison_row *row = &comparison->rows[i];
        double y = TOP + (double)i * row_height + MARGIN / 2.0;

        fprintf(out, "<text x=\"%d\" y=\"%.0f\" text-anchor=\"end\">%s</text>\n", LABELS - 10,
                y + (row_height - MARGIN) / 2.0 + 4, config_engines[row->engine].name);
        draw_bars(out, comparison, row, y, scale);
    }
    fputs("</svg>\n", out);
}

static void print_interval(FILE *out, bool known, const struct fit_interval *interval, double scale,
                           int decimals)
{
    if (known)
        fprintf(out, "<td>%.*f &plusmn;%.*f", decimals, interval->value * scale, decimals,
                (interval->high - interval->low) / 2 * scale);
    else
        fputs("<td>too short", out);
}

static void print_guest(FILE *out, const struct comparison *comparison,
                        const struct comparison_row *row)
{
    const struct measure_figure *guest = &row->figures[BACKEND_KVM];
    struct fit_interval interval;
    bool known;

    fprintf(out, "<td>%.1f<td>%.2f<td>%.2f", guest->rate / 1e6,
            comparison_ratio(comparison, row, BACKEND_NATIVE),
            comparison_ratio(comparison, row, BACKEND_KVM));
    known = comparison_efficiency(comparison, row, &interval);
    print_interval(out, known, &interval, 1, 3);
    known = comparison_crossing(comparison, row, &interval);
    print_interval(out, known, &interval, 1e6, 1);
    fprintf(out, "<td>%.2f<td>%.1f<td>%.1f<td>%.1f\n", guest->exits, guest->translations,
            guest->invalidations, guest->fallbacks);
}

static void print_table(FILE *out, const struct comparison *comparison)
{
    fputs("<div><table><tr><th>engine<th>native, M/s<th>guest, M/s<th>native / dispatch"
          "<th>guest / dispatch<th>guest / native, an instruction<th>crossing, &micro;s a run"
          "<th>exits per run"
          "<th>trans&shy;lations<th>invali&shy;dations<th>fall&shy;backs\n",
          out);
    for (size_t i = 0; i < comparison->count; i++) {
        const struct comparison_row *row = &comparison->rows[i];

        fprintf(out, "<tr><td>%s<td>%.1f", config_engines[row->engine].name,
                row->figures[BACKEND_NATIVE].rate / 1e6);
        if (comparison->has_kvm)
            print_guest(out, comparison, row);
        else
            fprintf(out,
                    "<td>&ndash;<td>%.2f<td>&ndash;<td>&ndash;<td>&ndash;<td>&ndash;<td>%.1f<td>%."
                    "1f<td>%.1f\n",
                    comparison_ratio(comparison, row, BACKEND_NATIVE),
                    row->figures[BACKEND_NATIVE].translations,
                    row->figures[BACKEND_NATIVE].invalidations,
                    row->figures[BACKEND_NATIVE].fallbacks);
    }
    fputs("</table></div>\n", out);
}

/* Engines that leap over turns have times, and no place among the bars. */
static void print_leaps(FILE *out, const struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->leaping; i++) {
        const struct comparison_row *row = &comparison->rows[comparison->count + i];
        const struct measure_figure *native = &row->figures[BACKEND_NATIVE];

        fprintf(out,
                "<p>Engine %s obeys turns of loops at once, %.4f%% of the instructions, so it has "
                "no rate: a run takes %.2f &micro;s natively",
                config_engines[row->engine].name,
                100 * native->leapt / (double)native->lengths[0].instructions,
                native->median * 1e6);
        if (comparison->has_kvm)
            fprintf(out, ", %.2f &micro;s in the guest", row->figures[BACKEND_KVM].median * 1e6);
        fputs(".</p>\n", out);
    }
}

static void print_emulation(FILE *out, const struct comparison *comparison)
{
    fputs("<div><table><tr><th>engine<th>emulated, M/s<th>emulated / native<th>emulated / guest"
          "<th>start-up, ms\n",
          out);
    for (size_t i = 0; i < comparison->count; i++) {
        const struct comparison_row *row = &comparison->rows[i];

        fprintf(out, "<tr><td>%s<td>%.1f<td>%.4f", config_engines[row->engine].name,
                row->qemu.figure.rate / 1e6, comparison_emulation(comparison, row, BACKEND_NATIVE));
        if (comparison->has_kvm)
            fprintf(out, "<td>%.4f", comparison_emulation(comparison, row, BACKEND_KVM));
        else
            fputs("<td>&ndash;", out);
        fprintf(out, "<td>%.1f\n", row->qemu.startup * 1e3);
    }
    fputs(
        "</table></div>\n<p>Emulated: the same guest image, booted by QEMU (TCG) for each sample, "
        "with as many runs in it as take 100 ms.</p>\n",
        out);
}

/* The colours of the bars, or why there is no such bar. */
static void print_key(FILE *out, const struct comparison *comparison)
{
    fputs("<span class=\"key native\"></span>native", out);
    if (comparison->has_kvm)
        fputs("<span class=\"key guest\"></span>in the guest", out);
    if (comparison->qemu.measured) {
        fputs("<span class=\"key emulated\"></span>full emulation, by QEMU ", out);
        escape(out, comparison->qemu.version);
    }
    if (!comparison->has_kvm) {
        fputs(". The guest was not measured: ", out);
        escape(out, comparison->reason);
    }
    if (comparison->qemu.asked && !comparison->qemu.measured) {
        fputs(". Full emulation was not measured: ", out);
        escape(out, comparison->qemu.reason);
    }
    fputs("</p>\n", out);
}

void chart_page(FILE *out, const struct comparison *list, size_t count)
{
    fputs(head, out);
    for (size_t i = 0; i < count; i++) {
        char number[TEXT_GROUPED];
        const struct comparison *comparison = &list[i];

        fputs("<h2>", out);
        escape(out, comparison->program);
        fprintf(out,
                "</h2>\n<p>%s instructions; KVM by %s; million SSEM instructions per second."
                "<br>",
                text_grouped(comparison->rows[0].figures[BACKEND_NATIVE].lengths[0].instructions,
                             number),
                comparison->host);
        print_key(out, comparison);
        draw_chart(out, comparison);
        print_table(out, comparison);
        print_leaps(out, comparison);
        if (comparison->qemu.measured)
            print_emulation(out, comparison);
    }
    fprintf(
        out,
        "<p>Bars and ratios to dispatch are of whole runs, the median of repeated samples, native "
        "and guest in turn; ~ marks one whose middle half spreads over more than %.0f%%. Guest "
        "over native is the ratio of the slopes of time over instructions, crossing the "
        "difference of what a run costs whatever its length, each with a 95&nbsp;%% "
        "interval.</p>\n",
        MEASURE_SPREAD * 100);
}
