/* A straight line through measured times: what a run costs by itself, and what an instruction does.
 */
#ifndef MEASURE_FIT_H
#define MEASURE_FIT_H

#include <stdbool.h>
#include <stddef.h>

#define FIT_SAMPLES 256 /* most of one line */

/* One measured run: its length and how long it took, in seconds. */
struct fit_sample {
    double length;
    double seconds;
};

/* A value with the interval in which 95 of 100 repetitions of the measurement would find it. */
struct fit_interval {
    double value, low, high;
};

struct fit {
    struct fit_interval per_run;         /* seconds, whatever the length */
    struct fit_interval per_instruction; /* seconds */
    bool has_slope; /* per_instruction is known to better than a half; if not, the runs are too
                       short */
    double bend;    /* largest distance of a length's median from the line, over that median */
};

/* Fits seconds = per_run + per_instruction * length by least squares of relative errors; intervals
 * by resampling within each length (bootstrap, percentiles), with a fixed sequence of random
 * numbers. count is 2 to FIT_SAMPLES, of 2 lengths at least; those of one length stand together. */
void fit_line(struct fit *fit, const struct fit_sample *samples, size_t count);

/* The ratio of two slopes, and the difference of two costs of a run, with intervals from theirs. */
struct fit_interval fit_ratio(const struct fit_interval *a, const struct fit_interval *b);
struct fit_interval fit_difference(const struct fit_interval *a, const struct fit_interval *b);

/* Half the width of the interval over its value; infinite for a value of 0. */
double fit_width(const struct fit_interval *interval);

#endif
