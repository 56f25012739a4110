/* A straight line through measured times: what a run costs by itself, and what an instruction does.
 */
#include "measure/fit.h"

#include <math.h>
#include <stdint.h>

#include "base/quantile.h"

#define RESAMPLES 200
#define SLOPE_MAX 0.5 /* widest interval, over its value, of a slope that counts as known */

struct line {
    double per_run, per_instruction;
};

/* Least squares with the weight 1 / seconds^2: an error of 1 % counts alike at every length. */
static struct line solve(const struct fit_sample *samples, size_t count)
{
    double w = 0, wx = 0, wy = 0, wxx = 0, wxy = 0;
    struct line line;

    for (size_t i = 0; i < count; i++) {
        const double x = samples[i].length, y = samples[i].seconds;
        const double weight = y > 0 ? 1 / (y * y) : 1;

        w += weight;
        wx += weight * x;
        wy += weight * y;
        wxx += weight * x * x;
        wxy += weight * x * y;
    }
    line.per_instruction = (w * wxy - wx * wy) / (w * wxx - wx * wx);
    line.per_run = (wy - line.per_instruction * wx) / w;
    return line;
}

/* The samples of the same length as the one at `first`: how many there are. */
static size_t group_size(const struct fit_sample *samples, size_t count, size_t first)
{
    size_t size = 1;

    while (first + size < count && samples[first + size].length == samples[first].length)
        size++;
    return size;
}

/* The next number of Marsaglia's 64-bit xorshift. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void resample(struct fit_sample *to, const struct fit_sample *from, size_t count,
                     uint64_t *random)
{
    for (size_t first = 0, size; first < count; first += size) {
        size = group_size(from, count, first);
        for (size_t i = 0; i < size; i++)
            to[first + i] = from[first + (next_random(random) >> 32) % size];
    }
}

static struct fit_interval interval_of(double value, double *resampled)
{
    quantile_sort(resampled, RESAMPLES);
    return (struct fit_interval){
        .value = value,
        .low = fmin(value, quantile_of(resampled, RESAMPLES, 0.025)),
        .high = fmax(value, quantile_of(resampled, RESAMPLES, 0.975)),
    };
}

static double median_of(const struct fit_sample *samples, size_t count)
{
    double seconds[FIT_SAMPLES];

    for (size_t i = 0; i < count; i++)
        seconds[i] = samples[i].seconds;
    quantile_sort(seconds, count);
    return quantile_of(seconds, count, 0.5);
}

static double bend_of(const struct line *line, const struct fit_sample *samples, size_t count)
{
    double bend = 0;

    for (size_t first = 0, size; first < count; first += size) {
        size = group_size(samples, count, first);

        const double median = median_of(samples + first, size);
        const double fitted = line->per_run + line->per_instruction * samples[first].length;

        if (median > 0)
            bend = fmax(bend, fabs(fitted - median) / median);
    }
    return bend;
}

void fit_line(struct fit *fit, const struct fit_sample *samples, size_t count)
{
    double runs[RESAMPLES], slopes[RESAMPLES];
    struct fit_sample drawn[FIT_SAMPLES];
    uint64_t random = 1948;
    struct line line;

    line = solve(samples, count);
    for (int i = 0; i < RESAMPLES; i++) {
        struct line again;

        resample(drawn, samples, count, &random);
        again = solve(drawn, count);
        runs[i] = again.per_run;
        slopes[i] = again.per_instruction;
    }
    fit->per_run = interval_of(line.per_run, runs);
    fit->per_instruction = interval_of(line.per_instruction, slopes);
    fit->has_slope = fit->per_instruction.low > 0 && fit_width(&fit->per_instruction) <= SLOPE_MAX;
    fit->bend = bend_of(&line, samples, count);
}

double fit_width(const struct fit_interval *interval)
{
    return interval->value != 0 ? (interval->high - interval->low) / 2 / fabs(interval->value)
                                : (double)INFINITY;
}

struct fit_interval fit_ratio(const struct fit_interval *a, const struct fit_interval *b)
{
    const double value = a->value / b->value;
    const double width = hypot(fit_width(a), fit_width(b));

    return (struct fit_interval){value, value * (1 - width), value * (1 + width)};
}

struct fit_interval fit_difference(const struct fit_interval *a, const struct fit_interval *b)
{
    const double value = a->value - b->value;
    const double width = hypot(a->high - a->low, b->high - b->low) / 2;

    return (struct fit_interval){value, value - width, value + width};
}
