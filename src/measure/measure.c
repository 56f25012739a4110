/* Measures how fast a machine runs a program, until the figure is stable or proves not to be. */
#include "measure/measure.h"

#include <errno.h>

#include "base/clock.h"
#include "base/quantile.h"

#define SAMPLE_SECONDS 0.05
#define SAMPLES_MIN    7

#define JOBS_AT_ONCE ABI_RING_SLOTS

struct task {
    /* Runs the program this often, leaving how it ended in the figure. */
    int (*run)(const struct task *task, uint64_t runs, struct error *error);
    struct machine *machine;
    struct measure_figure *figure;
    const struct baby *start;
    uint64_t limit;
    double timeout;
};

static int out_of_time(const struct task *task, struct error *error)
{
    return error_set(error, STATUS_TIMEOUT, ETIME,
                     "the program runs longer than the time limit of %g s; give a --limit",
                     task->timeout);
}

static int run_whole(const struct task *task, uint64_t runs, struct error *error)
{
    int failed = 0;

    for (uint64_t i = 0; i < runs && failed == 0; i++) {
        struct run run;

        run_begin(&run, task->machine, task->start, task->limit);
        failed = run_finish(&run, error);
        if (failed == 0 && run.timed_out)
            failed = out_of_time(task, error);
        task->figure->last = run.state;
        task->figure->stop = run.stop;
    }
    return failed;
}

static int run_jobs(const struct task *task, uint64_t runs, struct error *error)
{
    struct abi_job jobs[JOBS_AT_ONCE];
    struct abi_result results[JOBS_AT_ONCE];

    machine_prepare(task->machine, task->start);
    while (runs) {
        const size_t count = runs < JOBS_AT_ONCE ? (size_t)runs : JOBS_AT_ONCE;
        int failed;

        for (size_t i = 0; i < count; i++) {
            jobs[i].state = *task->start;
            jobs[i].budget = task->limit;
        }
        failed = machine_jobs(task->machine, jobs, results, count, error);
        if (failed < 0)
            return failed == -ETIME ? out_of_time(task, error) : failed;
        task->figure->last = results[0].state;
        task->figure->stop = (enum stop)results[0].stop;
        runs -= count;
    }
    return 0;
}

/* Runs the program this often and returns in *seconds how long that took. */
static int sample(const struct task *task, uint64_t runs, double *seconds, struct error *error)
{
    uint64_t began;
    int failed = machine_arm(task->machine, task->timeout, error);

    if (failed < 0)
        return failed;
    began = clock_now();
    failed = task->run(task, runs, error);
    *seconds = (double)(clock_now() - began) / 1e9;
    return failed;
}

/* How much the counters have grown, per run. */
static void average(const struct task *task, uint64_t exits, const struct abi_counters *before)
{
    const struct abi_counters *now = machine_counters(task->machine);
    struct measure_figure *figure = task->figure;
    const double runs = (double)figure->runs;

    figure->exits = (double)(machine_exits(task->machine) - exits) / runs;
    figure->translations = (double)(now->translations - before->translations) / runs;
    figure->invalidations = (double)(now->invalidations - before->invalidations) / runs;
    figure->fallbacks = (double)(now->fallbacks - before->fallbacks) / runs;
}

/* Warms up, doubles the runs until a sample is long enough, and counts what happens in the last. */
static int prepare(const struct task *task, struct error *error)
{
    struct measure_figure *figure = task->figure;
    double seconds;
    int failed;

    *figure = (struct measure_figure){.runs = 1};
    failed = sample(task, 1, &seconds, error);
    while (failed == 0) {
        const uint64_t exits = machine_exits(task->machine);
        const struct abi_counters before = *machine_counters(task->machine);

        failed = sample(task, figure->runs, &seconds, error);
        average(task, exits, &before);
        if (failed < 0 || seconds >= SAMPLE_SECONDS)
            break;
        figure->runs *= 2;
    }
    figure->instructions = figure->last.executed;
    return failed;
}

void measure_evaluate(struct measure_figure *figure)
{
    const size_t n = figure->samples;
    double sorted[MEASURE_SAMPLES];
    double median;

    for (size_t i = 0; i < n; i++)
        sorted[i] = figure->seconds[i];
    quantile_sort(sorted, n);
    median = quantile_of(sorted, n, 0.5);
    figure->spread = (quantile_of(sorted, n, 0.75) - quantile_of(sorted, n, 0.25)) / median;
    figure->stable = n >= SAMPLES_MIN && figure->spread <= MEASURE_SPREAD;
    figure->rate = (double)figure->instructions * (double)figure->runs / median;
}

/* Samples all tasks in turn until every figure is stable or has MEASURE_SAMPLES. */
static int measure(const struct task *tasks, size_t count, struct error *error)
{
    bool stable = false;
    int failed = 0;

    for (size_t i = 0; i < count && failed == 0; i++)
        failed = prepare(&tasks[i], error);
    for (size_t n = 0; n < MEASURE_SAMPLES && !stable && failed == 0; n++) {
        stable = true;
        for (size_t i = 0; i < count && failed == 0; i++) {
            struct measure_figure *figure = tasks[i].figure;

            failed = sample(&tasks[i], figure->runs, &figure->seconds[n], error);
            figure->samples = n + 1;
            measure_evaluate(figure);
            stable = stable && figure->stable;
        }
    }
    return failed;
}

int measure_pair(struct machine *a, struct machine *b, const struct baby *start, uint64_t limit,
                 double seconds, struct measure_figure *figure_a, struct measure_figure *figure_b,
                 struct error *error)
{
    const struct task tasks[] = {
        {run_whole, a, figure_a, start, limit, seconds},
        {run_whole, b, figure_b, start, limit, seconds},
    };

    return measure(tasks, b ? 2 : 1, error);
}

int measure_jobs(struct machine *machine, const struct baby *start, uint64_t limit, double seconds,
                 struct measure_figure *figure, struct error *error)
{
    const struct task task = {run_jobs, machine, figure, start, limit, seconds};

    return measure(&task, 1, error);
}
