/* Measures how fast a machine runs a program, until the figure is stable or proves not to be. */
#ifndef MEASURE_MEASURE_H
#define MEASURE_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/run.h"

/* Most samples of one figure, and the spread up to which it counts as stable. */
#define MEASURE_SAMPLES 25
#define MEASURE_RUNS    (MEASURE_SAMPLES + 64) /* time limits that one figure may take, at most */
#define MEASURE_SPREAD  0.02

/* What one engine on one backend came to. */
struct measure_figure {
    uint64_t instructions; /* SSEM instructions of one run of the program */
    uint64_t runs;         /* of the program in one sample */
    size_t samples;
    double seconds[MEASURE_SAMPLES]; /* each sample's */
    double rate;                     /* SSEM instructions per second: of the median sample */
    double spread;                   /* interquartile range over median */
    bool stable;
    struct baby last; /* the state in which the last run ended */
    enum stop stop;
    /* Of one run, averaged over the last sample before the measurement. */
    double exits;                                  /* to user space */
    double translations, invalidations, fallbacks; /* the engine's counters */
};

/* Derives spread, stable and rate from the samples so far, of which there is one at least. */
void measure_evaluate(struct measure_figure *figure);

/* Measures both machines on the same program in turn, A B A B, so that a drift of the host's speed
 * meets both alike; b may be NULL. A sample is as many runs as take some 50 ms. Stops when both
 * figures are stable or after MEASURE_SAMPLES. seconds is the time limit of each sample. Returns 0,
 * or -errno with text and status; -ETIME for the time limit. */
int measure_pair(struct machine *a, struct machine *b, const struct baby *start, uint64_t limit,
                 double seconds, struct measure_figure *figure_a, struct measure_figure *figure_b,
                 struct error *error);

/* Measures one machine on runs of the program that are independent jobs, handed over as many at
 * once as its transport takes; the rate is figure->rate over figure->instructions. Returns as
 * above. */
int measure_jobs(struct machine *machine, const struct baby *start, uint64_t limit, double seconds,
                 struct measure_figure *figure, struct error *error);

#endif
