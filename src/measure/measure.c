/* Measures how fast machines run a program: whole runs of several lengths, or many short jobs. */
#include "measure/measure.h"

#include <errno.h>
#include <math.h>

#include "base/clock.h"
#include "base/quantile.h"

#define SAMPLE_SECONDS 0.002 /* of whole runs; rounds of them repeat */
#define JOBS_SECONDS   0.05  /* of jobs */
#define SAMPLES_MIN    7
#define CAP_FIRST      (1 << 20) /* instructions of the shortest run that is tried */

/* Half a ring: all of it, with the jobs and the results, is more than fits into many a cache. */
#define JOBS_AT_ONCE (ABI_RING_SLOTS / 2)

_Static_assert(MEASURE_LENGTHS *MEASURE_SAMPLES <= FIT_SAMPLES, "a line has all samples");

struct task {
    /* Runs the program this often, leaving how it ended in the figure. */
    int (*run)(const struct task *task, uint64_t limit, uint64_t runs, struct error *error);
    struct machine *machine;
    struct measure_figure *figure;
    const struct baby *start;
    double timeout;
};

static int out_of_time(const struct task *task, struct error *error)
{
    return error_set(error, STATUS_TIMEOUT, ETIME,
                     "the program runs longer than the time limit of %g s; give a --limit",
                     task->timeout);
}

static int run_whole(const struct task *task, uint64_t limit, uint64_t runs, struct error *error)
{
    int failed = 0;

    for (uint64_t i = 0; i < runs && failed == 0; i++) {
        struct run run;

        run_begin(&run, task->machine, task->start, limit);
        failed = run_finish(&run, error);
        if (failed == 0 && run.timed_out)
            failed = out_of_time(task, error);
        task->figure->last = run.state;
        task->figure->stop = run.stop;
    }
    return failed;
}

static int run_jobs(const struct task *task, uint64_t limit, uint64_t runs, struct error *error)
{
    static struct abi_job jobs[JOBS_AT_ONCE];
    static struct abi_result results[JOBS_AT_ONCE];

    machine_prepare(task->machine, task->start);
    for (size_t i = 0; i < JOBS_AT_ONCE && i < runs; i++) {
        jobs[i].state = *task->start;
        jobs[i].budget = limit;
    }
    while (runs) {
        const size_t count = runs < JOBS_AT_ONCE ? (size_t)runs : JOBS_AT_ONCE;
        const int failed = machine_jobs(task->machine, jobs, results, count, error);

        if (failed < 0)
            return failed == -ETIME ? out_of_time(task, error) : failed;
        task->figure->last = results[0].state;
        task->figure->stop = (enum stop)results[0].stop;
        runs -= count;
    }
    return 0;
}

/* Runs the program this often and returns in *seconds how long one run took. */
static int sample(const struct task *task, const struct measure_length *length, double *seconds,
                  struct error *error)
{
    uint64_t began;
    int failed = machine_arm(task->machine, task->timeout, error);

    if (failed < 0)
        return failed;
    began = clock_now();
    failed = task->run(task, length->limit, length->runs, error);
    *seconds = (double)(clock_now() - began) / 1e9 / (double)length->runs;
    return failed;
}

/* How much the counters have grown, per run. */
static void average(const struct task *task, uint64_t exits, const struct abi_counters *before,
                    double runs)
{
    const struct abi_counters *now = machine_counters(task->machine);
    struct measure_figure *figure = task->figure;

    figure->exits = (double)(machine_exits(task->machine) - exits) / runs;
    figure->translations = (double)(now->translations - before->translations) / runs;
    figure->invalidations = (double)(now->invalidations - before->invalidations) / runs;
    figure->fallbacks = (double)(now->fallbacks - before->fallbacks) / runs;
    figure->leaps = (double)(now->leaps - before->leaps) / runs;
    figure->leapt = (double)(now->leapt - before->leapt) / runs;
}

/* Doubles the runs until a sample is long enough, and counts what happens in the last. */
static int calibrate(const struct task *task, struct measure_length *length, double enough,
                     bool counts, struct error *error)
{
    double seconds;
    int failed = 0;

    for (length->runs = 1; failed == 0; length->runs *= 2) {
        const uint64_t exits = machine_exits(task->machine);
        const struct abi_counters before = *machine_counters(task->machine);

        failed = sample(task, length, &seconds, error);
        if (counts)
            average(task, exits, &before, (double)length->runs);
        if (seconds * (double)length->runs >= enough)
            break;
    }
    length->instructions = task->figure->last.executed;
    return failed;
}

static struct task task_of(const struct measure_pair *pair, int i)
{
    return (struct task){run_whole, pair->machines[i], pair->figures[i], pair->start,
                         pair->seconds};
}

/* The lengths of a program of so many instructions: all, a half, ... */
static void choose_lengths(struct measure_figure *figure, uint64_t limit, uint64_t instructions)
{
    figure->lengths[0].limit = limit;
    for (figure->length_count = 1; figure->length_count < MEASURE_LENGTHS; figure->length_count++) {
        const uint64_t length = instructions >> figure->length_count;

        if (length == 0)
            break;
        figure->lengths[figure->length_count].limit = length;
    }
}

int measure_cap(struct machine *machine, const struct baby *start, uint64_t limit, double most,
                uint64_t *capped, struct error *error)
{
    struct measure_figure figure;
    const struct task task = {run_whole, machine, &figure, start, 4 * most + 1};
    struct measure_length length = {.limit = CAP_FIRST, .runs = 1};

    for (;; length.limit *= 2) {
        double seconds;
        int failed;

        if (length.limit >= limit)
            length.limit = limit;
        failed = sample(&task, &length, &seconds, error);
        *capped = figure.stop == STOP_STP ? limit : length.limit;
        if (failed < 0 || *capped == limit || 2 * seconds > most)
            return failed;
    }
}

int measure_begin(struct measure_pair *pair, uint64_t limit, struct error *error)
{
    int failed = 0;

    for (int i = 0; i < 2 && pair->machines[i] && failed == 0; i++) {
        const struct task task = task_of(pair, i);
        struct measure_figure *figure = pair->figures[i];
        double seconds;

        *figure = (struct measure_figure){.lengths[0] = {.limit = limit, .runs = 1}};
        failed = sample(&task, &figure->lengths[0], &seconds, error);
        choose_lengths(figure, limit, figure->last.executed);
        /* The longest at last, so that the figure keeps how it ended. */
        for (size_t n = figure->length_count; n-- > 0 && failed == 0;)
            failed = calibrate(&task, &figure->lengths[n], SAMPLE_SECONDS, n == 0, error);
    }
    return failed;
}

int measure_round(struct measure_pair *pair, struct error *error)
{
    int failed = 0;

    for (size_t n = pair->figures[0]->length_count; n-- > 0 && failed == 0;)
        for (int i = 0; i < 2 && pair->machines[i] && failed == 0; i++) {
            const struct task task = task_of(pair, i);
            struct measure_length *length = &pair->figures[i]->lengths[n];
            double seconds;

            if (length->samples == MEASURE_SAMPLES)
                continue;
            failed = sample(&task, length, &seconds, error);
            if (failed == 0)
                length->seconds[length->samples++] = seconds;
        }
    for (int i = 0; i < 2 && pair->machines[i] && failed == 0; i++)
        measure_evaluate(pair->figures[i]);
    return failed;
}

static void evaluate_fit(struct measure_figure *figure)
{
    struct fit_sample samples[FIT_SAMPLES];
    size_t count = 0;

    for (size_t n = 0; n < figure->length_count; n++)
        for (size_t i = 0; i < figure->lengths[n].samples; i++)
            samples[count++] = (struct fit_sample){(double)figure->lengths[n].instructions,
                                                   figure->lengths[n].seconds[i]};
    figure->has_fit = figure->length_count > 1 && figure->leapt == 0;
    if (figure->has_fit)
        fit_line(&figure->fit, samples, count);
}

void measure_evaluate(struct measure_figure *figure)
{
    const struct measure_length *longest = &figure->lengths[0];
    const size_t n = longest->samples;
    double sorted[MEASURE_SAMPLES];

    for (size_t i = 0; i < n; i++)
        sorted[i] = longest->seconds[i];
    quantile_sort(sorted, n);
    figure->median = quantile_of(sorted, n, 0.5);
    figure->spread = (quantile_of(sorted, n, 0.75) - quantile_of(sorted, n, 0.25)) / figure->median;
    figure->stable = n >= SAMPLES_MIN && figure->spread <= MEASURE_SPREAD;
    figure->rate = (double)longest->instructions / figure->median;
    evaluate_fit(figure);
}

double measure_width(const struct measure_pair *pair)
{
    double widest = 0;

    for (int i = 0; i < 2 && pair->machines[i]; i++) {
        const struct measure_figure *figure = pair->figures[i];

        if (figure->lengths[0].samples < SAMPLES_MIN)
            return (double)INFINITY;
        if (figure->lengths[0].samples < MEASURE_SAMPLES)
            widest = fmax(widest, figure->has_fit ? fit_width(&figure->fit.per_instruction)
                                                  : figure->spread);
    }
    return widest;
}

int measure_jobs(struct machine *machine, const struct baby *start, uint64_t limit, double seconds,
                 struct measure_figure *figure, struct error *error)
{
    const struct task task = {run_jobs, machine, figure, start, seconds};
    struct measure_length *length = &figure->lengths[0];
    int failed;

    *figure = (struct measure_figure){.length_count = 1, .lengths[0] = {.limit = limit, .runs = 1}};
    failed = calibrate(&task, length, JOBS_SECONDS, true, error);
    while (failed == 0 && length->samples < MEASURE_SAMPLES / 2 && !figure->stable) {
        failed = sample(&task, length, &length->seconds[length->samples], error);
        length->samples++;
        measure_evaluate(figure);
    }
    return failed;
}
