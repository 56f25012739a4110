/* What an endless run repeats: its least period, and when it came into the cycle. */
#ifndef MEASURE_CYCLE_H
#define MEASURE_CYCLE_H

#include "machine/run.h"

struct cycle {
    uint64_t period;   /* instructions after which a state returns; 0: none is known to */
    bool exact;        /* it is the least, and first the first; else the time limit came before */
    struct baby first; /* the first state that returns, executed: since the beginning */
};

/* Looks for the cycle that a run from start has come to: run->period is not 0. Takes about as long
 * as the run did, within the machine's time limit, and some periods more. Returns 0, or -errno with
 * text and status, -EPROTO and 80 if the guest's state does not return as it said. */
int cycle_find(struct cycle *cycle, const struct run *run, const struct baby *start,
               struct error *error);

#endif
