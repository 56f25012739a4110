/* What `compare` measured, as tables for people, and as CSV. */
#include "report/comparison.h"

#include <inttypes.h>
#include <math.h>

#include "report/text.h"

#define BEND_MAX                                                                                   \
    0.05 /* largest distance from the line, over the time, that goes without a note                \
          */

static const struct comparison_row *find_dispatch(const struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->count; i++)
        if (comparison->rows[i].engine == ENGINE_DISPATCH)
            return &comparison->rows[i];
    return NULL;
}

double comparison_ratio(const struct comparison *comparison, const struct comparison_row *row,
                        enum backend backend)
{
    const struct comparison_row *dispatch = find_dispatch(comparison);
    double base = dispatch ? dispatch->figures[BACKEND_NATIVE].rate : 0;

    return base > 0 ? row->figures[backend].rate / base : 0;
}

static bool has_fits(const struct comparison *comparison, const struct comparison_row *row)
{
    return comparison->has_kvm && row->figures[BACKEND_NATIVE].has_fit &&
           row->figures[BACKEND_KVM].has_fit;
}

bool comparison_efficiency(const struct comparison *comparison, const struct comparison_row *row,
                           struct fit_interval *efficiency)
{
    const struct fit *native = &row->figures[BACKEND_NATIVE].fit;
    const struct fit *guest = &row->figures[BACKEND_KVM].fit;

    if (!has_fits(comparison, row) || !native->has_slope || !guest->has_slope)
        return false;
    *efficiency = fit_ratio(&native->per_instruction, &guest->per_instruction);
    return true;
}

bool comparison_crossing(const struct comparison *comparison, const struct comparison_row *row,
                         struct fit_interval *crossing)
{
    if (!has_fits(comparison, row))
        return false;
    *crossing = fit_difference(&row->figures[BACKEND_KVM].fit.per_run,
                               &row->figures[BACKEND_NATIVE].fit.per_run);
    return true;
}

double comparison_emulation(const struct comparison *comparison, const struct comparison_row *row,
                            enum backend backend)
{
    double rate = row->figures[backend].rate;

    return comparison->qemu.measured && rate > 0 ? row->qemu.figure.rate / rate : 0;
}

static void print_rate(FILE *out, const struct measure_figure *figure)
{
    fprintf(out, " %9.1f%c", figure->rate / 1e6, figure->stable ? ' ' : '~');
}

/* Half an interval as "+-0.5", or its share of the value as "+-2%"; in memory of its own. */
static const char *text_interval(const struct fit_interval *interval, double scale, int decimals)
{
    static char text[16];

    snprintf(text, sizeof(text), "+-%.*f", decimals, (interval->high - interval->low) / 2 * scale);
    return text;
}

static const char *text_percent(double share)
{
    static char text[16];

    snprintf(text, sizeof(text), "+-%.0f%%", ceil(share * 100));
    return text;
}

/* A value and half its interval, both scaled, and up to `end` columns of blanks. */
static void print_interval(FILE *out, bool known, const struct fit_interval *interval, double scale,
                           int decimals, int end)
{
    if (known)
        fprintf(out, " %8.*f %-*s", decimals, interval->value * scale, end,
                text_interval(interval, scale, decimals));
    else
        fprintf(out, " %8s%*s", "-", end ? end + 1 : 0, "");
}

/* Instructions per second, from the slope. */
static void print_speed(FILE *out, const struct measure_figure *figure)
{
    const struct fit_interval *slope = &figure->fit.per_instruction;

    if (figure->has_fit && figure->fit.has_slope)
        fprintf(out, " %9.1f %-5s", 1e-6 / slope->value, text_percent(fit_width(slope)));
    else
        fprintf(out, " %9s %-5s", "-", "");
}

static void print_fits(FILE *out, const struct comparison *comparison)
{
    fprintf(out, "%-10s %9s %-5s %9s %-5s %8s %-8s %s\n", "engine", "native", "M/s", "guest", "M/s",
            "guest/", "native", "crossing, us");
    for (size_t i = 0; i < comparison->count; i++) {
        const struct comparison_row *row = &comparison->rows[i];
        struct fit_interval interval;
        bool known;

        fprintf(out, "%-10s", config_engines[row->engine].name);
        print_speed(out, &row->figures[BACKEND_NATIVE]);
        print_speed(out, &row->figures[BACKEND_KVM]);
        known = comparison_efficiency(comparison, row, &interval);
        print_interval(out, known, &interval, 1, 3, 8);
        known = comparison_crossing(comparison, row, &interval);
        print_interval(out, known, &interval, 1e6, 1, 0);
        fputc('\n', out);
    }
}

/* Of a whole run: ratios of speed, and what was counted. */
static void print_runs(FILE *out, const struct comparison *comparison)
{
    fprintf(out, "\na whole run %13s %12s %8s %9s %9s %9s\n", "native/disp.", "guest/disp.",
            "exits", "transl.", "invalid.", "fallbacks");
    for (size_t i = 0; i < comparison->count; i++) {
        const struct comparison_row *row = &comparison->rows[i];
        const struct measure_figure *guest =
            &row->figures[comparison->has_kvm ? BACKEND_KVM : BACKEND_NATIVE];

        fprintf(out, "%-10s %14.2f", config_engines[row->engine].name,
                comparison_ratio(comparison, row, BACKEND_NATIVE));
        if (comparison->has_kvm)
            fprintf(out, " %12.2f", comparison_ratio(comparison, row, BACKEND_KVM));
        else
            fprintf(out, " %12s", "-");
        fprintf(out, " %8.2f %9.1f %9.1f %9.1f\n", guest->exits, guest->translations,
                guest->invalidations, guest->fallbacks);
    }
}

/* Engines that leap, apart: how long a run takes says little of the instructions that it skips. */
static void print_leaps(FILE *out, const struct comparison *comparison)
{
    fprintf(out, "\n%-10s %14s %12s %8s %9s %19s\n", "turns leapt", "native, us", "guest, us",
            "exits", "leaps", "instructions leapt");
    for (size_t i = 0; i < comparison->leaping; i++) {
        const struct comparison_row *row = &comparison->rows[comparison->count + i];
        const struct measure_figure *native = &row->figures[BACKEND_NATIVE];
        const struct measure_figure *guest = &row->figures[BACKEND_KVM];

        fprintf(out, "%-10s %14.2f%c", config_engines[row->engine].name, native->median * 1e6,
                native->stable ? ' ' : '~');
        if (comparison->has_kvm)
            fprintf(out, "%12.2f%c", guest->median * 1e6, guest->stable ? ' ' : '~');
        else
            fprintf(out, "%12s ", "-");
        fprintf(out, "%8.2f %9.1f %18.4f%%\n", guest->exits, native->leaps,
                100 * native->leapt / (double)native->lengths[0].instructions);
    }
}

/* Full emulation beside the two backends: a table of its own, as the first one is wide enough. */
static void print_emulation(FILE *out, const struct comparison *comparison)
{
    fprintf(out, "\nfull emulation: the same image under QEMU %s (TCG)\n",
            comparison->qemu.version);
    fprintf(out, "%-12s %10s %10s %10s %10s %10s %10s\n", "", "native", "guest", "emulated",
            "emulated/", "emulated/", "start-up");
    fprintf(out, "%-12s %10s %10s %10s %10s %10s %10s\n", "engine", "M instr/s ", "M instr/s ",
            "M instr/s ", "native", "guest", "ms");
    for (size_t i = 0; i < comparison->count; i++) {
        const struct comparison_row *row = &comparison->rows[i];

        fprintf(out, "%-12s", config_engines[row->engine].name);
        print_rate(out, &row->figures[BACKEND_NATIVE]);
        if (comparison->has_kvm)
            print_rate(out, &row->figures[BACKEND_KVM]);
        else
            fprintf(out, " %9s ", "-");
        print_rate(out, &row->qemu.figure);
        fprintf(out, " %10.4f", comparison_emulation(comparison, row, BACKEND_NATIVE));
        if (comparison->has_kvm)
            fprintf(out, " %10.4f", comparison_emulation(comparison, row, BACKEND_KVM));
        else
            fprintf(out, " %10s", "-");
        fprintf(out, " %10.1f\n", row->qemu.startup * 1e3);
    }
}

/* Which times are no straight line, and why that may be. */
static void print_bent(FILE *out, const struct comparison *comparison)
{
    bool any = false;

    for (size_t i = 0; i < comparison->count; i++)
        for (int backend = 0; backend < BACKEND_COUNT; backend++) {
            const struct comparison_row *row = &comparison->rows[i];
            const struct measure_figure *figure = &row->figures[backend];

            if ((backend == BACKEND_KVM && !comparison->has_kvm) || !figure->has_fit ||
                figure->fit.bend <= BEND_MAX)
                continue;
            fprintf(out, "no straight line, off by %.0f %%: the times of %s, %s\n",
                    figure->fit.bend * 100, config_engines[row->engine].name,
                    backend == BACKEND_KVM ? "guest" : "native");
            any = true;
        }
    if (any)
        fputs("  what the program does changes with its length; --csv has every sample\n", out);
}

/* Why a figure is missing, or is to be taken with care. */
static void print_notes(FILE *out, const struct comparison *comparison)
{
    bool short_runs = false, unstable = false;

    for (size_t i = 0; i < comparison->count; i++)
        for (int backend = 0; backend < BACKEND_COUNT; backend++) {
            const struct measure_figure *figure = &comparison->rows[i].figures[backend];

            if (backend == BACKEND_KVM && !comparison->has_kvm)
                continue;
            short_runs = short_runs || !figure->has_fit || !figure->fit.has_slope;
        }
    for (size_t i = 0; comparison->qemu.measured && i < comparison->count; i++)
        unstable = unstable || !comparison->rows[i].qemu.figure.stable;
    if (short_runs)
        fprintf(out,
                "- too short to say what an instruction costs: a run is nearly all way in and\n"
                "  out; try a program that runs longer\n");
    print_bent(out, comparison);
    if (unstable)
        fprintf(out,
                "~ not stable: the middle half of the samples spreads over more than %.0f %%\n",
                MEASURE_SPREAD * 100);
    if (!comparison->has_kvm)
        fprintf(out, "guest not measured: %s\n", comparison->reason);
    if (comparison->qemu.asked && !comparison->qemu.measured)
        fprintf(out, "full emulation not measured: %s\n", comparison->qemu.reason);
}

void comparison_text(FILE *out, const struct comparison *comparison)
{
    const struct measure_figure *first = &comparison->rows[0].figures[BACKEND_NATIVE];
    char number[TEXT_GROUPED];

    fprintf(out, "%s: %s%s instructions%s; KVM by %s\n", comparison->program,
            comparison->is_capped ? "the first " : "",
            text_grouped(first->lengths[0].instructions, number),
            first->stop == STOP_STP ? ", until STP"
            : comparison->is_capped ? ""
                                    : ", until the limit",
            comparison->host);
    fputs("time = per run + per instruction x instructions; +- is a 95 % interval\n\n", out);
    print_fits(out, comparison);
    print_runs(out, comparison);
    if (comparison->leaping)
        print_leaps(out, comparison);
    if (comparison->qemu.measured)
        print_emulation(out, comparison);
    print_notes(out, comparison);
}

/* A field of CSV (RFC 4180): quoted, with quotes doubled. */
static void print_field(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++)
        fprintf(out, *text == '"' ? "\"\"" : "%c", *text);
    fputc('"', out);
}

static void print_samples(FILE *out, const struct comparison *comparison,
                          const struct comparison_row *row, enum backend backend)
{
    const struct measure_figure *figure = &row->figures[backend];

    for (size_t n = 0; n < figure->length_count; n++)
        for (size_t i = 0; i < figure->lengths[n].samples; i++) {
            print_field(out, comparison->program);
            fprintf(out, ",%s,%s,%" PRIu64 ",%" PRIu64 ",%.9g\n", config_engines[row->engine].name,
                    config_backends[backend].name, figure->lengths[n].instructions,
                    figure->lengths[n].runs, figure->lengths[n].seconds[i]);
        }
}

void comparison_csv(FILE *out, const struct comparison *list, size_t count)
{
    fputs("program,engine,backend,instructions,runs,seconds_per_run\n", out);
    for (size_t i = 0; i < count; i++)
        for (size_t row = 0; row < list[i].count + list[i].leaping; row++)
            for (int backend = BACKEND_COUNT - 1; backend >= 0; backend--)
                if (backend == BACKEND_NATIVE || list[i].has_kvm)
                    print_samples(out, &list[i], &list[i].rows[row], (enum backend)backend);
}

double comparison_jobs_per_second(const struct measure_figure *figure)
{
    return figure->lengths[0].instructions ? figure->rate / (double)figure->lengths[0].instructions
                                           : 0;
}

void comparison_transports_text(FILE *out, const struct comparison_transports *comparison)
{
    const struct measure_figure *words = &comparison->figures[TRANSPORT_WORDS];
    char number[TEXT_GROUPED];

    fprintf(out, "%s: jobs of %s instructions, engine %s; KVM by %s\n", comparison->program,
            text_grouped(words->lengths[0].instructions, number),
            config_engines[comparison->engine].name, comparison->host);
    fprintf(out, "%-12s %14s %14s %14s %12s\n", "transport", "exits per job", "us per job",
            "jobs/s", "to words");
    for (int i = 0; i < TRANSPORT_COUNT; i++) {
        const struct measure_figure *figure = &comparison->figures[i];

        fprintf(out, "%-12s %14.2g %14.3f %14s %11.2fx%s\n", config_transports[i].name,
                figure->exits, 1e6 / comparison_jobs_per_second(figure),
                text_grouped((uint64_t)comparison_jobs_per_second(figure), number),
                comparison_jobs_per_second(figure) / comparison_jobs_per_second(words),
                figure->stable ? "" : " ~");
    }
}
