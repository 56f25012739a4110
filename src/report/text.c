/* Output for people: the store as the lecture shows it, and what a run cost. */
#include "report/text.h"

#include <inttypes.h>
#include <string.h>

#include "ssem/listing.h"

const char *text_grouped(uint64_t number, char out[TEXT_GROUPED])
{
    char digits[21];
    size_t length = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, number);
    size_t to = 0;

    for (size_t i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            out[to++] = ',';
        out[to++] = digits[i];
    }
    out[to] = '\0';
    return out;
}

const char *text_duration(double seconds, char out[TEXT_DURATION])
{
    static const struct {
        double from, unit;
        const char *name;
    } units[] = {{2 * 86400 * 365.25, 86400 * 365.25, "years"},
                 {2 * 86400, 86400, "days"},
                 {2 * 3600, 3600, "h"},
                 {2 * 60, 60, "min"},
                 {1, 1, "s"},
                 {1e-3, 1e-3, "ms"},
                 {0, 1e-6, "us"}};
    size_t i = 0;

    while (seconds < units[i].from)
        i++;
    snprintf(out, TEXT_DURATION, "%.3g %s", seconds / units[i].unit, units[i].name);
    return out;
}

static void print_times(FILE *out, const struct run *run)
{
    const double executed = (double)(run->state.executed - run->began);
    const double seconds = (double)run->elapsed_ns / 1e9;
    const double rate = seconds > 0 ? executed / seconds : 0;
    char here[TEXT_DURATION], there[TEXT_DURATION], number[TEXT_GROUPED];

    fputs(text_duration(seconds, here), out);
    if (run->leapt)
        fprintf(out, ", %s instructions leapt over", text_grouped(run->leapt, number));
    else
        fprintf(out, ", %s instructions a second", text_grouped((uint64_t)rate, number));
    fprintf(out, "; the Baby would have taken %s\n",
            text_duration(executed * TEXT_BABY_SECONDS, there));
}

static void print_cycle(FILE *out, const struct run *run)
{
    char period[TEXT_GROUPED], entered[TEXT_GROUPED];

    fprintf(out, "never stops: period %s, entered at instruction %s%s\n",
            text_grouped(run->period, period), text_grouped(run->entered, entered),
            run->is_exact ? "" : " at the latest");
}

/* How far it came and why it ended, on one line where they fit. */
static void print_end(FILE *out, const struct run *run, double seconds)
{
    char executed[TEXT_GROUPED], before[TEXT_GROUPED], count[128], why[128];

    if (run->timed_out && seconds > 0)
        snprintf(why, sizeof(why),
                 "still running at the time limit of %g s; this is the last state it reported",
                 seconds);
    else if (run->timed_out)
        snprintf(why, sizeof(why),
                 "still running at the other side's time limit; this is its last state");
    else if (run->interrupted)
        snprintf(why, sizeof(why), "interrupted; this is the last state it reported");
    else if (run->stop == STOP_STP)
        snprintf(why, sizeof(why), "stopped by STP on line %u", (unsigned)run->state.ci);
    else
        snprintf(why, sizeof(why), "%s",
                 run_is_endless(run) ? "in a cycle from here on" : "stopped by the limit");
    snprintf(count, sizeof(count), "%s instruction%s,%s%s%s",
             text_grouped(run->state.executed, executed), run->state.executed == 1 ? "" : "s",
             run->began ? " " : "", run->began ? text_grouped(run->began, before) : "",
             run->began ? " of them before," : "");
    fprintf(out, "%s%c%s\n", count, strlen(count) + strlen(why) + 1 > TEXT_WIDTH ? '\n' : ' ', why);
}

void text_run(FILE *out, const struct run *run, double seconds)
{
    listing_write(out, &run->state);
    fputc('\n', out);
    print_end(out, run, seconds);
    if (run->period)
        print_cycle(out, run);
    if (!run_is_endless(run))
        print_times(out, run);
}

static double us(uint64_t nanoseconds)
{
    return (double)nanoseconds / 1e3;
}

static void print_time(FILE *out, const char *what, uint64_t nanoseconds)
{
    fprintf(out, "  %-22s %12.1f us\n", what, us(nanoseconds));
}

static void print_header(FILE *out, const char *what, const char *first)
{
    fprintf(out, "\n%s\n  %-19s %8s %9s %7s %7s %7s %7s %7s\n", what, "", first, "total", "min",
            "mean", "median", "p99", "max");
}

static void print_durations(FILE *out, const struct histogram *histogram)
{
    fprintf(out, " %9.1f %7.1f %7.1f %7.1f %7.1f %7.1f\n", us(histogram->total),
            us(histogram->least), histogram_mean(histogram) / 1e3,
            us(histogram_percentile(histogram, 0.5)), us(histogram_percentile(histogram, 0.99)),
            us(histogram->most));
}

/* The user-space view: by our own clock, for each kind of exit. */
static void print_exits(FILE *out, const struct machine_stats *stats)
{
    const struct exits *exits = &stats->exits;
    const double all = us(exits->boot_ns + exits->guest_ns + exits->vmm_ns);
    const size_t count = stats->tally ? stats->tally->count : 0;

    fprintf(out, "\nexits to user space: %llu\n", (unsigned long long)exits->total);
    print_header(out, "in KVM_RUN before the exit, us", "count");
    for (size_t i = 0; i < count; i++) {
        const struct tally_row *row = &stats->tally->rows[i];

        fprintf(out, "  %-19s %8llu", row->name, (unsigned long long)row->guest.count);
        print_durations(out, &row->guest);
    }
    print_header(out, "served by the VMM, us; time is the share of both in all", "time");
    for (size_t i = 0; i < count; i++) {
        const struct tally_row *row = &stats->tally->rows[i];

        fprintf(out, "  %-19s %7.1f%%", row->name,
                100 * us(row->guest.total + row->vmm.total) / all);
        print_durations(out, &row->vmm);
    }
}

/* Instructions that KVM emulates are few on a host that runs the guest natively: those of ring 0 on
 * PVM, and one for each exit by port I/O. */
static void print_emulation(FILE *out, const struct machine_stats *stats)
{
    for (int i = 0; i < stats->kernel_count; i++) {
        const struct kernel_stat *stat = &stats->kernel[i];

        if (strcmp(stat->name, "insn_emulation") == 0)
            fprintf(out, "  the guest %s: KVM emulated %llu of its instructions\n",
                    stat->value > 100 + 2 * stats->exits.total ? "was emulated" : "ran natively",
                    (unsigned long long)stat->value);
    }
}

/* The kernel's view: its own counters. */
static void print_kernel(FILE *out, const struct machine_stats *stats)
{
    fprintf(out, "\nkernel's counters (KVM_GET_STATS_FD), those not zero\n");
    if (stats->kernel_count < 0)
        fprintf(out, "  not available: %s\n", strerror(-stats->kernel_count));
    for (int i = 0; i < stats->kernel_count; i++)
        fprintf(out, "  %-4s %-32s %10" PRIu64 "\n", stats->kernel[i].source, stats->kernel[i].name,
                stats->kernel[i].value);
    print_emulation(out, stats);
}

static void print_counters(FILE *out, const struct abi_counters *counters)
{
    if (counters->translations)
        fprintf(out, "  %-32s %10" PRIu64 "\n  %-32s %10" PRIu64 "\n", "blocks translated",
                counters->translations, "translations invalidated", counters->invalidations);
    if (counters->fallbacks || counters->fallback_instructions)
        fprintf(out, "  %-32s %10" PRIu64 "\n  %-32s %10" PRIu64 "\n",
                "fallbacks to interpretation", counters->fallbacks, "instructions obeyed by it",
                counters->fallback_instructions);
    if (counters->leaps || counters->cycles)
        fprintf(out, "  %-32s %10" PRIu64 "\n  %-32s %10" PRIu64 "\n  %-32s %10" PRIu64 "\n",
                "leaps over turns of a loop", counters->leaps, "instructions leapt over",
                counters->leapt, "cycles found", counters->cycles);
}

void text_stats(FILE *out, const struct machine_stats *stats, const struct machine_config *config)
{
    if (config->backend == BACKEND_NATIVE) {
        fprintf(out, "\nbackend native, engine %s: no VM, no exits\n",
                config_engines[config->engine].name);
        print_counters(out, &stats->counters);
        return;
    }
    fprintf(out, "\nhost: KVM by %s; engine %s, transport %s\n", stats->host,
            config_engines[config->engine].name, config_transports[config->transport].name);
    print_counters(out, &stats->counters);
    print_exits(out, stats);
    fprintf(out, "\ntimes\n");
    print_time(out, "creating the VM", stats->exits.create_ns);
    print_time(out, "booting", stats->exits.boot_ns);
    print_time(out, "in the guest", stats->exits.guest_ns);
    print_time(out, "in the VMM", stats->exits.vmm_ns);
    print_kernel(out, stats);
}

size_t text_fits(const char *text, size_t columns)
{
    size_t length = strcspn(text, "\n");

    if (length <= columns)
        return length;
    length = columns;
    while (length > 0 && text[length] != ' ')
        length--;
    return length ? length : columns;
}

void text_hanging(FILE *out, unsigned column, const char *text)
{
    const char *at = text;

    do {
        const size_t length = text_fits(at, TEXT_WIDTH - column);

        fprintf(out, "%*s%.*s\n", at == text ? 0 : (int)column, "", (int)length, at);
        at += length;
        at += strspn(at, " ");
    } while (*at && *at != '\n');
}

void text_wrapped(FILE *out, unsigned indent, const char *text)
{
    fprintf(out, "%*s", (int)indent, "");
    text_hanging(out, indent, text);
}

const char *text_time(double ns, char out[TEXT_TIME])
{
    if (ns < 1000)
        snprintf(out, TEXT_TIME, "%.1f ns", ns);
    else if (ns < 1e6)
        snprintf(out, TEXT_TIME, "%.2f us", ns / 1e3);
    else
        snprintf(out, TEXT_TIME, "%.2f ms", ns / 1e6);
    return out;
}
