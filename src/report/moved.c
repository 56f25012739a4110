/* What a move of a run has cost, and the rounds of one of a VM, as a table and as a picture. */
#include "report/moved.h"

#include <string.h>

#include "report/text.h"

/* Of the picture, in its own units. */
#define WIDTH 640
#define LEFT  70
#define RIGHT 250
#define BAR   18
#define GAP   8
#define TOP   56
#define FOOT  14

double moved_rate(const struct moved_round *round)
{
    return round->ns ? (double)round->dirtied * 1e9 / (double)round->ns : 0;
}

/* The rounds, and last the one with the VM stopped. */
static const char *name_of(const struct moved *moved, unsigned number, char out[16])
{
    if (number + 1 == moved->rounds)
        return "stopped";
    snprintf(out, 16, "%u", number);
    return out;
}

static const char *outcome(const struct moved *moved)
{
    return moved->has_converged ? "converged" : "not converged: stopped by the number of rounds";
}

static void print_rounds(FILE *out, const struct moved *moved)
{
    char name[16], time[TEXT_TIME];

    fputs("  round      pages        bytes         time    dirtied   pages/s\n", out);
    for (unsigned i = 0; i < moved->rounds; i++) {
        const struct moved_round *round = &moved->round[i];

        fprintf(out, "  %-7s %8u %12llu %12s", name_of(moved, i, name), round->pages,
                (unsigned long long)round->bytes, text_time((double)round->ns, time));
        if (i + 1 < moved->rounds)
            fprintf(out, " %10u %9.0f", round->dirtied, moved_rate(round));
        fputc('\n', out);
    }
    fprintf(out, "%s\n", outcome(moved));
}

void moved_text(FILE *out, const struct moved *moved)
{
    char at[TEXT_GROUPED], bytes[TEXT_GROUPED], downtime[TEXT_TIME], where[128];

    fprintf(out, "moved after %s instructions to %s: downtime %s, %s bytes, %u round%s\n",
            text_grouped(moved->at, at),
            error_escape(where, sizeof(where), moved->where, strlen(moved->where)),
            text_time((double)moved->downtime_ns, downtime), text_grouped(moved->bytes, bytes),
            moved->rounds, moved->rounds == 1 ? "" : "s");
    if (moved->is_precopy)
        print_rounds(out, moved);
}

static const char head[] =
    "<style>\n"
    "svg { color-scheme: light dark; background: #fcfcfa; font: 13px system-ui, sans-serif; }\n"
    "text { fill: #1c1f1d; } .soft { fill: #5d6560; } .sent { fill: #2f6fc4; }\n"
    ".down { fill: #d07a1f; }\n"
    "@media (prefers-color-scheme: dark) { svg { background: #14171a; } text { fill: #e6e9e6; }\n"
    "  .soft { fill: #9aa39d; } .sent { fill: #6ba3ee; } .down { fill: #eba04e; } }\n"
    "</style>\n";

static void draw_round(FILE *out, const struct moved *moved, unsigned number, double scale)
{
    const struct moved_round *round = &moved->round[number];
    const bool is_last = number + 1 == moved->rounds;
    const unsigned y = TOP + number * (BAR + GAP);
    const double length = round->pages * scale + 1;
    char name[16], time[TEXT_TIME];

    fprintf(out,
            "<text x=\"%d\" y=\"%u\" text-anchor=\"end\">%s</text>"
            "<rect class=\"%s\" x=\"%d\" y=\"%u\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>"
            "<text class=\"soft\" x=\"%.1f\" y=\"%u\">%u pages in %s",
            LEFT - 8, y + BAR - 5, name_of(moved, number, name), is_last ? "down" : "sent", LEFT, y,
            length, BAR, LEFT + length + 6, y + BAR - 5, round->pages,
            text_time((double)round->ns, time));
    if (!is_last)
        fprintf(out, ", %.0f/s dirtied", moved_rate(round));
    fputs("</text>\n", out);
}

void moved_chart(FILE *out, const struct moved *moved)
{
    unsigned most = 1;
    char time[TEXT_TIME];

    for (unsigned i = 0; i < moved->rounds; i++)
        if (moved->round[i].pages > most)
            most = moved->round[i].pages;
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %u\" role=\"img\">\n"
            "<title>Pages sent in each round of pre-copy</title>\n%s"
            "<text x=\"%d\" y=\"20\">Pages sent in each round; the VM stands still in the last"
            "</text>\n"
            "<text class=\"soft\" x=\"%d\" y=\"40\">downtime %s; %s</text>\n",
            WIDTH, TOP + moved->rounds * (BAR + GAP) + FOOT, head, LEFT, LEFT,
            text_time((double)moved->downtime_ns, time), outcome(moved));
    for (unsigned i = 0; i < moved->rounds; i++)
        draw_round(out, moved, i, (double)(WIDTH - LEFT - RIGHT) / most);
    fputs("</svg>\n", out);
}
