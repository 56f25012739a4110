/* Measures how fast machines run a program: whole runs of several lengths, or many short jobs. */
#ifndef MEASURE_MEASURE_H
#define MEASURE_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/run.h"
#include "measure/fit.h"

/* Most samples of one length, and the spread up to which a figure counts as stable. */
#define MEASURE_SAMPLES 50
#define MEASURE_RUNS    (MEASURE_SAMPLES + 64) /* time limits that one length may take, at most */
#define MEASURE_SPREAD  0.02
#define MEASURE_LENGTHS 5

/* Runs of one length. A sample is `runs` of them; its time is that of one. */
struct measure_length {
    uint64_t limit;        /* of a run */
    uint64_t instructions; /* SSEM instructions of one run */
    uint64_t runs;
    size_t samples;
    double seconds[MEASURE_SAMPLES];
};

/* What one engine on one backend came to; the longest length is the first. */
struct measure_figure {
    size_t length_count;
    struct measure_length lengths[MEASURE_LENGTHS];
    struct fit fit; /* over all lengths, of which there are two at least; none where leapt > 0 */
    bool has_fit;
    double median; /* seconds that one of the longest runs took */
    double rate;   /* SSEM instructions per second of that; of all that leaps, it says nothing */
    double spread; /* interquartile range of their times over median */
    bool stable;
    struct baby last; /* the state in which the last run of the longest length ended */
    enum stop stop;
    /* Of one run of the longest length, averaged over a sample. */
    double exits;                                  /* to user space */
    double translations, invalidations, fallbacks; /* the engine's counters */
    double leaps, leapt;
};

/* One program on two machines, of which the second may be NULL. */
struct measure_pair {
    struct machine *machines[2];
    struct measure_figure *figures[2];
    const struct baby *start;
    double seconds; /* time limit of a sample */
};

/* The longest run, of at most limit instructions, that takes no longer than `most` seconds on this
 * machine, to a factor of 2: in *capped, in instructions, limit itself if all of it does. Returns
 * 0, or -errno with text and status. */
int measure_cap(struct machine *machine, const struct baby *start, uint64_t limit, double most,
                uint64_t *capped, struct error *error);

/* Prepares a measurement: runs the program on each machine once, at most limit instructions, and
 * takes that length, its half, and so on, as the lengths; then chooses how many runs make a sample.
 * Returns 0, or -errno with text and status; -ETIME if a run takes longer than the time limit. */
int measure_begin(struct measure_pair *pair, uint64_t limit, struct error *error);

/* Takes one sample of each length on each machine in turn, A B A B, so that a drift of the host's
 * speed meets both alike, and evaluates. Returns as above. */
int measure_round(struct measure_pair *pair, struct error *error);

/* Derives fit, spread, stable and rate from the samples so far, of which each length has one. */
void measure_evaluate(struct measure_figure *figure);

/* How uncertain the pair still is: the widest interval of a slope over its value; 0 if there can be
 * no more samples. */
double measure_width(const struct measure_pair *pair);

/* Measures one machine on runs of the program that are independent jobs, handed over as many at
 * once as its transport takes, until the figure is stable; lengths[0].instructions are those of one
 * job. Returns as above. */
int measure_jobs(struct machine *machine, const struct baby *start, uint64_t limit, double seconds,
                 struct measure_figure *figure, struct error *error);

#endif
