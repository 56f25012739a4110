/* How far long work is: one line on standard error, while that is a terminal. */
#include "report/progress.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "report/text.h"

#define INTERVAL_NS (200 * 1000 * 1000)
#define COLUMNS     80 /* of a terminal that does not say */
#define LINE        256

static struct {
    size_t columns; /* 0: nothing is shown */
    bool is_there;
    uint64_t began, shown; /* by clock_now() */
} terminal;

void progress_prepare(void)
{
    const char *kind = getenv("TERM");
    struct winsize size;

    terminal.columns = 0;
    if (!isatty(STDERR_FILENO) || (kind && strcmp(kind, "dumb") == 0))
        return;
    terminal.columns = COLUMNS;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        terminal.columns = size.ws_col;
}

/* "12", "1.5 k", "20.7 G". */
static const char *scaled(double number, char *out, size_t size)
{
    static const char suffixes[] = " kMGTPE";
    size_t i = 0;

    while (number >= 999.5 && suffixes[i + 1]) {
        number /= 1000;
        i++;
    }
    snprintf(out, size, i ? "%.3g %c" : "%.3g", number, suffixes[i]);
    return out;
}

static bool knows_all(const struct progress *progress)
{
    return progress->unit && progress->all > 0 && isfinite(progress->all);
}

/* Adds the seconds that are left; otherwise those so far, and how many are left at most. */
static void add_time(char *out, size_t size, const struct progress *progress, double elapsed)
{
    const double most = progress->most > 0 ? fmax(0, progress->most - elapsed) : (double)INFINITY;
    double left = progress->left > 0 ? progress->left : (double)INFINITY;
    char text[TEXT_DURATION];

    if (progress->left <= 0 && knows_all(progress) && progress->done > 0)
        left = elapsed * fmax(0, progress->all - progress->done) / progress->done;
    if (left <= most && isfinite(left)) {
        snprintf(out, size, "%s left", text_duration(fmax(1, ceil(left)), text));
        return;
    }
    snprintf(out, size, "%.0f s so far%s%s%s", elapsed, isfinite(most) ? ", at most " : "",
             isfinite(most) ? text_duration(fmax(1, ceil(most)), text) : "",
             isfinite(most) ? " left" : "");
}

/* Writes all but what is being worked on into out, of LINE bytes. */
static void compose(char out[LINE], const struct progress *progress, double elapsed)
{
    char done[TEXT_DURATION], all[TEXT_DURATION], rate[TEXT_DURATION];
    const bool has_all = knows_all(progress);
    size_t used = 0;

    if (progress->unit)
        used = (size_t)snprintf(out, LINE, "%s%s%s %s, ",
                                scaled(progress->done, done, sizeof(done)), has_all ? " of " : "",
                                has_all ? scaled(progress->all, all, sizeof(all)) : "",
                                progress->unit);
    if (progress->unit && progress->done > 0 && elapsed > 0)
        used += (size_t)snprintf(out + used, LINE - used, "%s/s, ",
                                 scaled(progress->done / elapsed, rate, sizeof(rate)));
    add_time(out + used, LINE - used, progress, elapsed);
}

/* Where there is no room for all, what is being worked on gives way from its beginning on. The last
 * column stays empty: some terminals begin another line after it. */
static void show(const struct progress *progress, uint64_t now)
{
    const size_t room = terminal.columns - 1 < LINE ? terminal.columns - 1 : LINE;
    const size_t length = strlen(progress->what);
    char rest[LINE];
    size_t left;

    compose(rest, progress, (double)(now - terminal.began) / 1e9);
    left = strlen(rest) + 2 < room ? room - strlen(rest) - 2 : 0;
    fputs("\r\033[K", stderr);
    if (length <= left)
        fprintf(stderr, "%s: ", progress->what);
    else if (left > 3)
        fprintf(stderr, "...%s: ", progress->what + length - (left - 3));
    fprintf(stderr, "%.*s", (int)room, rest);
    terminal.is_there = true;
    terminal.shown = now;
}

void progress_begin(const struct progress *first)
{
    if (terminal.columns == 0)
        return;
    terminal.began = terminal.shown = clock_now();
    if (first)
        show(first, terminal.began);
}

void progress_show(const struct progress *progress)
{
    if (terminal.columns == 0)
        return;

    const uint64_t now = clock_now();

    if (now - terminal.shown >= INTERVAL_NS)
        show(progress, now);
}

static void look(void *context, const struct run *run)
{
    struct progress *progress = context;

    progress->done = (double)(run->state.executed - run->began);
    progress_show(progress);
}

void progress_begin_run(struct progress *progress, struct run *run, const char *what,
                        double seconds)
{
    *progress = (struct progress){
        .what = what,
        .unit = "instructions",
        .all = run->limit == UINT64_MAX ? 0 : (double)(run->limit - run->began),
        .most = seconds,
    };
    run->look = look;
    run->context = progress;
    progress_begin(NULL);
}

void progress_end(void)
{
    if (terminal.is_there)
        fputs("\r\033[K", stderr);
    terminal.is_there = false;
}
