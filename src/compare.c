/* Measures how fast a machine runs a program, until the figure is stable or proves not to be. */
#include "compare.h"

#include <errno.h>
#include <stdlib.h>

#define SAMPLE_SECONDS 0.05
#define SAMPLES_MIN    7

struct task {
    struct machine *machine;
    struct compare_figure *figure;
    const struct baby *start;
    uint64_t limit;
    double timeout;
};

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Runs the program this often and returns in *seconds how long that took. */
static int sample(const struct task *task, uint64_t runs, double *seconds, struct error *error)
{
    uint64_t began;
    int failed = machine_arm(task->machine, task->timeout, error);

    if (failed < 0)
        return failed;
    began = exits_now();
    for (uint64_t i = 0; i < runs; i++) {
        failed = machine_run(task->machine, task->start, task->limit, &task->figure->last, error);
        if (failed < 0)
            return failed;
        if (task->figure->last.timed_out)
            return error_set(error, STATUS_TIMEOUT, ETIME,
                             "the program runs longer than the time limit of %g s; give a --limit",
                             task->timeout);
    }
    *seconds = (double)(exits_now() - began) / 1e9;
    return 0;
}

/* Warms up, counts one run's exits, and doubles the runs until a sample is long enough. */
static int prepare(const struct task *task, struct error *error)
{
    struct compare_figure *figure = task->figure;
    double seconds;
    uint64_t exits;
    int failed;

    *figure = (struct compare_figure){0};
    failed = sample(task, 1, &seconds, error);
    if (failed < 0)
        return failed;
    exits = machine_exits(task->machine);
    failed = sample(task, 1, &seconds, error);
    figure->exits = machine_exits(task->machine) - exits;
    figure->instructions = figure->last.executed;
    for (figure->runs = 1; failed == 0 && seconds < SAMPLE_SECONDS;) {
        figure->runs *= 2;
        failed = sample(task, figure->runs, &seconds, error);
    }
    return failed;
}

/* Derives median, spread and rate from the samples so far. */
static void evaluate(struct compare_figure *figure)
{
    const size_t n = figure->samples;
    double sorted[COMPARE_SAMPLES];

    for (size_t i = 0; i < n; i++)
        sorted[i] = figure->seconds[i];
    qsort(sorted, n, sizeof(sorted[0]), compare_doubles);
    figure->spread = (sorted[n * 3 / 4] - sorted[n / 4]) / sorted[n / 2];
    figure->stable = n >= SAMPLES_MIN && figure->spread <= COMPARE_SPREAD;
    figure->rate = (double)figure->instructions * (double)figure->runs / sorted[n / 2];
}

int compare_measure(struct machine *a, struct machine *b, const struct baby *start, uint64_t limit,
                    double seconds, struct compare_figure *figure_a,
                    struct compare_figure *figure_b, struct error *error)
{
    const struct task tasks[] = {
        {a, figure_a, start, limit, seconds},
        {b, figure_b, start, limit, seconds},
    };
    const size_t count = b ? 2 : 1;
    bool stable = false;
    int failed = 0;

    for (size_t i = 0; i < count && failed == 0; i++)
        failed = prepare(&tasks[i], error);
    for (size_t n = 0; n < COMPARE_SAMPLES && !stable && failed == 0; n++) {
        stable = true;
        for (size_t i = 0; i < count && failed == 0; i++) {
            struct compare_figure *figure = tasks[i].figure;

            failed = sample(&tasks[i], figure->runs, &figure->seconds[n], error);
            figure->samples = n + 1;
            evaluate(figure);
            stable = stable && figure->stable;
        }
    }
    return failed;
}
