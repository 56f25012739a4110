/* What an endless run repeats: its least period, and when it came into the cycle. */
#ifndef MEASURE_CYCLE_H
#define MEASURE_CYCLE_H

#include "machine/run.h"

/* For a run from start that has ended with run->period not 0: makes period the least and entered
 * the first instruction after which a state returns, and sets is_exact. An endless run is taken
 * back to that state. It takes about as long as the run did, and some periods, within the machine's
 * time limit; if that comes before, all stays an upper bound. Returns 0, or -errno with text and
 * status, -EPROTO and 80 if the guest's state does not return as it said. */
int cycle_find(struct run *run, const struct baby *start, struct error *error);

#endif
