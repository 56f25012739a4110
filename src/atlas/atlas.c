/* Runs a row of the atlas on this host, and measures what it costs. */
#include "atlas/atlas.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "atlas/call.h"
#include "atlas/code.h"
#include "atlas/happened.h"
#include "atlas/life.h"
#include "atlas/sample.h"
#include "base/clock.h"
#include "base/quantile.h"
#include "observe/kernel_stats.h"
#include "vmm/kvm.h"
#include "vmm/watchdog.h"

/* A sample of at least TRUSTED_NS is not disturbed by the resolution of a clock, nor by reading it.
 */
#define TRUSTED_NS     20000
#define ITERATIONS_MAX (1ull << 30)
#define SAMPLES_MIN    7
#define SAMPLES_MAX    200
#define SAMPLES_TRACED 3
#define SAMPLING_NS    (60 * 1000 * 1000)
#define KERNEL_STATS   160
#define FLOOR_RUNS     3 /* of which the quickest counts: the first one finds caches cold */
#define FLOOR_COUNTED  64

#define DOORBELL_INSTRUCTIONS 2 /* in guest.h, what each guest begins with */
#define LOOP_INSTRUCTIONS     2 /* and what is around each iteration */

/* The kernel's counters that a classification needs; below 0: there are none. */
struct counters {
    double exits;
    double emulated;
    double page_faults;
};

struct run {
    struct atlas_probe probe;
    const struct observer *observer;
    struct atlas_result *result;
    double seconds;
    const struct atlas_floor *floor;
    double tsc_khz; /* 0: unknown */
    bool booted;    /* and ever since at its beginning between samples, unless fresh */
    bool fresh;
    uint64_t iterations; /* in a sample */
    struct sample sample;
    uint64_t exits;
    double costs[SAMPLES_MAX]; /* of an iteration: cycles, or ns if fresh */
};

static void read_counters(const struct atlas_probe *probe, struct counters *counters)
{
    struct kernel_stat list[KERNEL_STATS];
    struct kernel_stats stats;
    int count;

    kernel_stats_open(&stats, probe->vm.vm_fd, probe->vm.vcpu_fd);
    count = kernel_stats_read(&stats, list, KERNEL_STATS);
    kernel_stats_close(&stats);
    *counters = (struct counters){0, 0, 0};
    if (count < 0)
        *counters = (struct counters){-1, -1, -1};
    for (int i = 0; i < count; i++) {
        if (strcmp(list[i].name, "exits") == 0)
            counters->exits = (double)list[i].value;
        if (strcmp(list[i].name, "insn_emulation") == 0)
            counters->emulated = (double)list[i].value;
        if (strcmp(list[i].name, "pf_fixed") == 0)
            counters->page_faults = (double)list[i].value;
    }
}

/* Boots the guest the first time, and takes a sample, with a time limit of its own, so that only
 * one that hangs is stopped. */
static int take(struct run *run, struct error *error)
{
    int result = watchdog_start(&run->probe.vm.run->immediate_exit, run->seconds, error);

    if (result == 0 && !run->fresh && !run->booted) {
        run->booted = true;
        result = probe_boot(&run->probe, error);
    }
    if (result == 0)
        result = sample_take(&run->probe, run->fresh, run->iterations, run->observer, &run->sample,
                             error);
    watchdog_stop();
    return result;
}

/* Finds out how the row behaves: an exit of no return makes each sample a fresh one; otherwise the
 * iterations double until the clock can be trusted. */
static int settle(struct run *run, struct error *error)
{
    const unsigned flags = run->probe.row->flags;
    int result = take(run, error);

    if (result == 0 && !run->fresh && run->sample.end == SAMPLE_EXIT) {
        run->fresh = true;
        result = take(run, error);
    }
    while (result == 0 && !run->fresh && !(flags & ATLAS_ONE_PASS) && !run->observer &&
           run->sample.end == SAMPLE_DOORBELL && run->iterations < ITERATIONS_MAX &&
           (double)run->sample.cycles * 1e6 < TRUSTED_NS * run->tsc_khz) {
        run->iterations *= 2;
        result = take(run, error);
    }
    return result;
}

/* The loop around nothing is that row's own. */
static bool is_nothing(const struct run *run)
{
    return strcmp(run->probe.row->name, ATLAS_NOTHING) == 0;
}

/* Takes the samples that count; returns how many, or -errno. */
static int measure(struct run *run, struct error *error)
{
    const uint64_t began = clock_now();
    const double cycles = is_nothing(run) ? 0 : run->floor->cycles[run->probe.ring / 3];
    const int max = run->observer ? SAMPLES_TRACED : SAMPLES_MAX;
    int count = 0;

    while (count < max && (count < SAMPLES_MIN || clock_now() - began < SAMPLING_NS) &&
           (double)(clock_now() - began) < run->seconds * 1e9) {
        int result = take(run, error);

        if (result < 0)
            return result;
        if (run->sample.end == SAMPLE_HUNG || run->sample.end == SAMPLE_FAILED)
            break;
        run->exits += run->sample.exits;
        run->costs[count++] = run->fresh
                                  ? (double)run->sample.ns
                                  : (double)run->sample.cycles / (double)run->iterations - cycles;
    }
    return count;
}

static double mean(const double *values, size_t count)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return count ? sum / (double)count : 0;
}

static void evaluate_costs(struct run *run, size_t count)
{
    struct atlas_result *result = run->result;
    const double operations = run->probe.row->operations ? run->probe.row->operations : 1;
    /* Of one operation in nanoseconds and cycles, from what the samples are in. */
    const double tick_ns = run->tsc_khz > 0 ? 1e6 / run->tsc_khz : 0;
    const double ns = (run->fresh ? 1 : tick_ns) / operations;
    const double cycles = (run->fresh ? run->tsc_khz / 1e6 : 1) / operations;

    /* How long a guest runs on that nothing stops is no cost. */
    if (run->fresh && run->sample.end == SAMPLE_DOORBELL)
        return;
    quantile_sort(run->costs, count);
    for (size_t i = 0; i < count && run->costs[i] < 0; i++)
        run->costs[i] = 0;
    result->samples = count;
    result->iterations = run->iterations;
    result->min_ns = quantile_of(run->costs, count, 0) * ns;
    result->mean_ns = mean(run->costs, count) * ns;
    result->median_ns = quantile_of(run->costs, count, 0.5) * ns;
    result->p99_ns = quantile_of(run->costs, count, 0.99) * ns;
    result->max_ns = quantile_of(run->costs, count, 1) * ns;
    result->median_cycles = quantile_of(run->costs, count, 0.5) * cycles;
    result->p99_cycles = quantile_of(run->costs, count, 0.99) * cycles;
}

static unsigned instructions_before_loop(const struct atlas_guest *guest)
{
    struct code_line line;
    unsigned n = 0;

    while (code_line(guest, n, &line) == 0 && line.bytes < guest->loop)
        n++;
    return n;
}

/* How many instructions the kernel emulates in a sample that are not the row's own, but around
 * them: of those that come before the loop, as many as of the loop's. */
static double emulated_around(const struct run *run)
{
    const struct atlas_emulated *floor = &run->floor->emulated[run->probe.ring / 3];
    const double before = instructions_before_loop(run->probe.row->guest);
    const double nothing = instructions_before_loop(atlas_find(ATLAS_NOTHING)->guest);
    const double each = floor->loop / LOOP_INSTRUCTIONS;

    if (run->fresh)
        return floor->boot + each * (before - DOORBELL_INSTRUCTIONS);
    return floor->sample + each * (before - nothing) +
           (is_nothing(run) ? 0 : floor->loop * (double)run->iterations);
}

static double rate(double after, double before, double too_much, double operations)
{
    const double grown = after - before - too_much;

    if (before < 0 || after < 0)
        return -1;
    return grown > 0 ? grown / operations : 0;
}

/* Everything between a probe's making and its end. */
static int run_probe(struct run *run, struct error *error)
{
    struct atlas_probe *probe = &run->probe;
    struct atlas_result *result = run->result;
    const double operations = probe->row->operations ? probe->row->operations : 1;
    struct counters before, after;
    int khz = ioctl(probe->vm.vcpu_fd, KVM_GET_TSC_KHZ, 0);
    int failed, samples = 0;
    double done;

    run->tsc_khz = khz > 0 ? khz : 0;
    run->iterations = 1;
    run->fresh = probe->row->flags & ATLAS_FRESH;
    failed = settle(run, error);
    if (failed < 0)
        return failed;
    probe_mailbox(probe)->faults = 0;
    read_counters(probe, &before);
    if (run->sample.end == SAMPLE_DOORBELL || run->sample.end == SAMPLE_EXIT)
        samples = measure(run, error);
    if (samples < 0)
        return samples;
    read_counters(probe, &after);
    if (probe->refused) {
        snprintf(result->detail, sizeof(result->detail), "%s", strerror(probe->refused));
        return 0;
    }
    if (samples > 0) {
        done = (double)samples * (double)run->iterations * operations;
        result->operations = (uint64_t)done;
        result->exits = (double)run->exits / done;
        result->faults = (double)probe_mailbox(probe)->faults / done;
        /* Each sample ends by a doorbell, a fresh one begins with one. */
        result->kernel = rate(after.exits, before.exits, samples * (run->fresh ? 2 : 1), done);
        result->emulated =
            rate(after.emulated, before.emulated, samples * emulated_around(run), done);
        result->page_faults = rate(after.page_faults, before.page_faults, 0, done);
        evaluate_costs(run, (size_t)samples);
    }
    happened_judge(result, probe, &run->sample, run->fresh);
    return 0;
}

/* Whether the host has the capability; its answer goes into the result. */
static bool check_capability(int kvm_fd, const struct atlas_row *row, struct atlas_result *result)
{
    const struct kvm_capability wanted = {
        .name = row->capability,
        .number = row->capability_number,
        .mask = (int)row->capability_mask,
    };
    bool enough = true;

    if (row->capability)
        result->capability = kvm_check(kvm_fd, &wanted, &enough);
    return enough;
}

int atlas_run(int kvm_fd, const struct atlas_row *row, unsigned ring,
              const struct atlas_floor *floor, double seconds, const struct observer *observer,
              struct atlas_result *result, struct error *error)
{
    struct run run = {
        .observer = observer,
        .result = result,
        .seconds = seconds,
        .floor = floor,
    };
    struct error failure;
    bool provided;
    int answer;

    *result = (struct atlas_result){
        .row = row,
        .ring = ring,
        .happened = ATLAS_NOT_OFFERED,
        .kernel = -1,
        .emulated = -1,
        .page_faults = -1,
    };
    if (!check_capability(kvm_fd, row, result))
        return 0;
    if (row->flags & ATLAS_LIFE)
        return life_run(kvm_fd, seconds, result, error);
    if (row->flags & ATLAS_CALL)
        return call_run(kvm_fd, seconds, result, error);
    answer = probe_open(&run.probe, kvm_fd, row, ring, &provided, &failure);
    if (answer < 0 && provided) {
        *error = failure;
        return answer;
    }
    if (answer < 0) {
        snprintf(result->detail, sizeof(result->detail), "%.*s", (int)sizeof(result->detail) - 1,
                 failure.text);
        return 0;
    }
    if (observer)
        run.probe.vm.run->kvm_valid_regs = KVM_SYNC_X86_REGS;
    if (run_probe(&run, &failure) < 0) {
        result->happened = ATLAS_FAILED;
        snprintf(result->detail, sizeof(result->detail), "%.*s", (int)sizeof(result->detail) - 1,
                 failure.text);
    }
    probe_close(&run.probe);
    return 0;
}

/* What the kernel emulates for one more sample; below 0: unknown. */
static double count_emulated(struct run *run, uint64_t iterations, struct error *error)
{
    struct counters before, after;

    run->iterations = iterations;
    read_counters(&run->probe, &before);
    if (take(run, error) < 0 || run->sample.end != SAMPLE_DOORBELL)
        return -1;
    read_counters(&run->probe, &after);
    return before.emulated < 0 || after.emulated < 0 ? -1 : after.emulated - before.emulated;
}

/* Three samples of the loop around nothing: with the boot before, without it, and a longer one. */
static int measure_emulated(int kvm_fd, struct atlas_emulated *floor, unsigned ring,
                            struct error *error)
{
    struct run run = {.seconds = 1};
    bool provided;
    double first, second, longer;
    int result = probe_open(&run.probe, kvm_fd, atlas_find(ATLAS_NOTHING), ring, &provided, error);

    *floor = (struct atlas_emulated){-1, -1, -1};
    if (result < 0)
        return result;
    first = count_emulated(&run, 1, error);
    second = count_emulated(&run, 1, error);
    longer = count_emulated(&run, 1 + FLOOR_COUNTED, error);
    probe_close(&run.probe);
    if (first < 0 || second < 0 || longer < 0)
        return 0;
    floor->loop = (longer - second) / FLOOR_COUNTED;
    floor->sample = second - floor->loop;
    floor->boot = first - second;
    return 0;
}

int atlas_measure_floor(int kvm_fd, struct atlas_floor *floor, struct error *error)
{
    const unsigned rings[] = {0, 3};

    *floor = (struct atlas_floor){{0, 0}, {{-1, -1, -1}, {-1, -1, -1}}};
    for (size_t i = 0; i < 2 * FLOOR_RUNS; i++) {
        const struct atlas_floor none = {0};
        double *cycles = &floor->cycles[i % 2];
        struct atlas_result result;
        int failed = atlas_run(kvm_fd, atlas_find(ATLAS_NOTHING), rings[i % 2], &none, 1, NULL,
                               &result, error);

        if (failed < 0)
            return failed;
        if (i < 2 || result.median_cycles < *cycles)
            *cycles = result.median_cycles;
    }
    for (size_t i = 0; i < 2; i++) {
        int failed = measure_emulated(kvm_fd, &floor->emulated[i], rings[i], error);

        if (failed < 0)
            return failed;
    }
    return 0;
}
