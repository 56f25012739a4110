/* `clone`: VMs from a snapshot, which go on where it was taken. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/quantile.h"
#include "commands/commands.h"
#include "commands/ending.h"
#include "commands/values.h"
#include "machine/run.h"
#include "report/json.h"
#include "report/progress.h"
#include "report/snapshot.h"
#include "report/text.h"
#include "sandbox/sandbox.h"
#include "ssem/step.h"
#include "vmm/kvm.h"

#define MACHINES     (SANDBOX_MACHINES / 2) /* from scratch, and as many from the snapshot */
#define INSTRUCTIONS 100                    /* of a job that is measured */
#define RESETS       100                    /* at least */

struct cloning {
    char name[256];
    struct file file;
    struct snapshot snapshot;
    const uint8_t *pages;
    struct machine *machines[SANDBOX_MACHINES];
    size_t machine_count;
    double created[SANDBOX_MACHINES]; /* nanoseconds */
};

static int open_machines(struct cloning *cloning, const struct settings *settings, size_t count,
                         struct sandbox *sandbox, struct error *error)
{
    struct machine_config config = settings->config;
    int result = 0;

    config.snapshot = true;
    while (cloning->machine_count < count && result == 0) {
        const uint64_t began = clock_now();
        struct machine **machine = &cloning->machines[cloning->machine_count];

        result = machine_open(machine, &config, error);
        if (result < 0)
            return result;
        machine_confine(*machine, sandbox);
        cloning->created[cloning->machine_count++] = (double)(clock_now() - began);
    }
    return 0;
}

/* Reads the file where it can do no harm. */
static int enter(struct cloning *cloning, const struct settings *settings, struct error *error)
{
    struct sandbox sandbox = {
        .timers = true,
        .snapshots = true,
        .seconds = (double)settings->clones * settings->config.seconds + SANDBOX_GRACE,
    };
    const size_t machines = settings->measure ? 2 * MACHINES : 1;
    int result = open_machines(cloning, settings, machines, &sandbox, error);

    kvm_kind();
    if (result == 0)
        result = sandbox_enter(&sandbox, settings->sandbox, stderr, error);
    if (result == 0)
        result = snapshot_read(&cloning->snapshot, &cloning->pages, cloning->name,
                               cloning->file.bytes, cloning->file.length, error);
    return result;
}

static int put(struct cloning *cloning, struct machine *machine, bool *warned, struct error *error)
{
    unsigned lost;
    int result = machine_put(machine, &cloning->snapshot, cloning->pages, &lost, error);

    if (result == 0 && lost && !*warned) {
        *warned = true;
        fprintf(stderr, "babyvisor: warning: %s: this host takes it without%s%s\n", cloning->name,
                lost & SNAPSHOT_LOST_PROTECTION ? " SMEP, SMAP or UMIP" : "",
                lost & SNAPSHOT_LOST_VECTORS ? " the registers beyond x87 and SSE" : "");
    }
    return result;
}

/* A limit that is reached in the middle of the job under way would leave another state. */
static int check_limit(const struct snapshot *snapshot, uint64_t limit, struct error *error)
{
    const uint64_t executed = snapshot->job.state.executed;

    if (!snapshot->outstanding || limit <= executed || limit - executed >= snapshot->job.budget)
        return 0;
    return error_set(error, STATUS_USAGE, EINVAL,
                     "clone: --limit: the job that is under way goes to instruction %llu",
                     (unsigned long long)(executed + snapshot->job.budget));
}

static int run_clone(struct cloning *cloning, const struct settings *settings, bool *warned,
                     struct run *run, struct error *error)
{
    const struct abi_job *job = &cloning->snapshot.job;
    const uint64_t limit = values_total(&settings->run_limit, job->state.executed);
    struct progress progress;
    int result = check_limit(&cloning->snapshot, limit, error);

    if (result == 0)
        result = machine_arm(cloning->machines[0], settings->config.seconds, error);
    if (result == 0)
        result = put(cloning, cloning->machines[0], warned, error);
    if (result < 0)
        return result;
    run_resume(run, cloning->machines[0], &job->state, limit);
    progress_begin_run(&progress, run, cloning->name, settings->config.seconds);
    result = run_finish(run, error);
    progress_end();
    return result;
}

static int run_clones(struct cloning *cloning, const struct settings *settings, struct run *first,
                      struct error *error)
{
    bool warned = false;
    int result = run_clone(cloning, settings, &warned, first, error);

    for (uint64_t i = 1; i < settings->clones && result == 0 && !first->timed_out; i++) {
        struct run run;

        result = run_clone(cloning, settings, &warned, &run, error);
        if (result == 0 && !run.timed_out &&
            (!step_same(&run.state, &first->state) || run.stop != first->stop ||
             run.state.executed != first->state.executed))
            return error_set(error, STATUS_GUEST, EPROTO,
                             "clone %llu ended in another state than the first: this guest goes by "
                             "more than what is in it",
                             (unsigned long long)i + 1);
    }
    return result;
}

static int go_on(struct cloning *cloning, const struct settings *settings, FILE *out,
                 struct error *error)
{
    static struct machine_stats stats;
    struct machine_config config = settings->config;
    struct run run;
    int result = run_clones(cloning, settings, &run, error);

    if (result < 0)
        return result;
    config.engine = (enum engine)cloning->snapshot.job.engine;
    config.transport = (enum transport)cloning->snapshot.transport;
    machine_stats(cloning->machines[0], &stats);
    if (settings->json)
        result = json_run(out, cloning->name, &run, &stats, &config, NULL, error);
    else
        text_run(out, &run, settings->config.seconds);
    if (result == 0 && !settings->json && settings->clones > 1 && !run.timed_out)
        fprintf(out, "%llu clones, and all of them came to this state\n",
                (unsigned long long)settings->clones);
    return result < 0 ? result : ending_status(&run, settings->config.seconds, 0, error);
}

/* One job of the snapshot's state, or of the program in it. */
static int time_job(struct machine *machine, const struct baby *start, double *took,
                    struct error *error)
{
    const uint64_t began = clock_now();
    struct run run;
    int result;

    run_begin(&run, machine, start, INSTRUCTIONS);
    result = run_advance(&run, INSTRUCTIONS, error);
    *took = (double)(clock_now() - began);
    return result < 0 ? result : 0;
}

static double median(double *values, size_t count)
{
    quantile_sort(values, count);
    return quantile_of(values, count, 0.5);
}

/* Half of the machines boot, the other half is filled from the snapshot; each is given back. */
static int measure_machines(struct cloning *cloning, struct snapshot_costs *costs,
                            const struct settings *settings, struct error *error)
{
    static struct machine_stats stats;
    double fill[2][MACHINES], job[2][MACHINES], close[2][MACHINES];
    bool warned = false;
    int result = 0;

    for (size_t i = 0; i < 2 * MACHINES && result == 0; i++) {
        const size_t way = i / MACHINES, at = i % MACHINES;
        struct machine **machine = &cloning->machines[i];
        uint64_t created, began;

        machine_imitate(*machine, &cloning->snapshot);
        machine_stats(*machine, &stats);
        created = stats.exits.create_ns;
        result = machine_arm(*machine, settings->config.seconds, error);
        began = clock_now();
        if (result == 0 && way == 1)
            result = put(cloning, *machine, &warned, error);
        fill[way][at] = (double)(clock_now() - began);
        if (result == 0)
            result = time_job(*machine, &cloning->snapshot.job.state, &job[way][at], error);
        if (result == 0 && way == 0) {
            machine_stats(*machine, &stats);
            fill[way][at] = (double)(stats.exits.create_ns - created + stats.exits.boot_ns);
            job[way][at] -= fill[way][at];
        }
        if (result < 0 || i + 1 == 2 * MACHINES)
            break;
        began = clock_now();
        machine_close(*machine);
        *machine = NULL;
        close[way][at] = (double)(clock_now() - began);
    }
    if (result < 0)
        return result;
    for (size_t way = 0; way < 2; way++) {
        costs->ways[way].create = median(&cloning->created[way * MACHINES], MACHINES);
        costs->ways[way].fill = median(fill[way], MACHINES);
        costs->ways[way].job = median(job[way], MACHINES);
        costs->ways[way].close = median(close[way], MACHINES - way);
    }
    return 0;
}

/* The last machine, again and again. */
static int measure_resets(struct cloning *cloning, struct snapshot_costs *costs,
                          struct error *error)
{
    struct machine *machine = cloning->machines[2 * MACHINES - 1];
    double *times = calloc(3 * (size_t)costs->resets, sizeof(*times));
    double *fill = times, *job = times + costs->resets, *warm = job + costs->resets;
    bool warned = true;
    int result = times ? 0 : error_memory(error);

    for (unsigned i = 0; i < costs->resets && result == 0; i++) {
        const uint64_t began = clock_now();

        result = put(cloning, machine, &warned, error);
        fill[i] = (double)(clock_now() - began);
        if (result == 0)
            result = time_job(machine, &cloning->snapshot.job.state, &job[i], error);
        if (result == 0)
            result = time_job(machine, &cloning->snapshot.job.state, &warm[i], error);
    }
    if (result == 0) {
        costs->ways[SNAPSHOT_RESET].fill = median(fill, costs->resets);
        costs->ways[SNAPSHOT_RESET].job = median(job, costs->resets);
        costs->ways[SNAPSHOT_WARM].job = median(warm, costs->resets);
    }
    free(times);
    return result;
}

static int measure(struct cloning *cloning, const struct settings *settings, FILE *out,
                   struct error *error)
{
    struct snapshot_costs costs = {
        .host = kvm_kind_name(kvm_kind()),
        .machines = MACHINES,
        .resets = settings->clones < RESETS ? RESETS : (unsigned)settings->clones,
    };
    int result;

    if (cloning->snapshot.outstanding || !cloning->snapshot.booted)
        return error_set(error, STATUS_USAGE, EINVAL,
                         "clone: --measure takes a snapshot between two jobs, such as one of "
                         "`run --limit=1000 --snapshot=FILE`");
    result = measure_machines(cloning, &costs, settings, error);
    if (result == 0)
        result = measure_resets(cloning, &costs, error);
    machine_disarm();
    if (result < 0)
        return result;
    if (settings->json)
        return snapshot_costs_json(out, &costs, error);
    snapshot_costs_text(out, &costs);
    return 0;
}

static int clone_command(const struct settings *settings, FILE *out, struct error *error)
{
    static struct cloning cloning;
    int result;

    cloning = (struct cloning){.machine_count = 0};
    if (settings->operand_count != 1)
        return error_set(error, STATUS_USAGE, EINVAL,
                         "clone: name one snapshot, which `run --snapshot=FILE` writes");
    file_name(settings->operands[0], cloning.name, sizeof(cloning.name));
    result = file_read(&cloning.file, settings->operands[0], SNAPSHOT_MAX, error);
    if (result < 0)
        return result;
    result = enter(&cloning, settings, error);
    if (result == 0)
        result = settings->measure ? measure(&cloning, settings, out, error)
                                   : go_on(&cloning, settings, out, error);
    for (size_t i = 0; i < cloning.machine_count; i++)
        machine_close(cloning.machines[i]);
    free(cloning.file.bytes);
    return result;
}

static const struct accepted accepts[] = {
    {.id = OPTION_CLONES},
    {.id = OPTION_MEASURE},
    {.id = OPTION_RUN_LIMIT},
    {.id = OPTION_TIMEOUT},
    {.id = OPTION_GUEST, .help = "the image that the snapshot is of, unless the embedded one"},
    {.id = OPTION_JSON},
    {.id = OPTION_SANDBOX},
    {.id = OPTION_END},
};

const struct command command_clone = {
    .name = "clone",
    .operands = "FILE",
    .summary = "Go on with the VM of a snapshot, once or many times",
    .text = "FILE is what `run --snapshot=FILE` has written, or - for standard input. Its VM goes "
            "on where it was, in the middle of a job if it was taken there, and the end is printed "
            "and has the status of `run`. With --count the VM is put back each time, and each end "
            "must be the same. The guest image must be the one of the snapshot.\n",
    .max_operands = 1,
    .accepts = accepts,
    .run = clone_command,
};
