/* A run: a state on its way to STP or to a limit, advanced a piece at a time and looked at. */
#ifndef MACHINE_RUN_H
#define MACHINE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "guest/abi.h"
#include "machine/machine.h"

/* Between two calls of run_advance() state is interp(V): store, A, CI, and in state.executed the
 * SSEM instructions obeyed since the program's beginning. */
struct run {
    struct machine *machine; /* not owned */
    struct baby state;
    uint64_t began;      /* state.executed at its beginning: instructions of runs before */
    uint64_t limit;      /* of state.executed */
    uint64_t slice;      /* most instructions of one job */
    enum stop stop;      /* STOP_LIMIT while there is more to do, too */
    uint64_t elapsed_ns; /* in run_advance() */
    uint64_t leapt;      /* since it began: instructions that were not obeyed one by one */
    /* state returns after period instructions, which is 0 where that is not known; as it is found,
     * not necessarily for the first time: see cycle.h. */
    uint64_t period, entered;
    bool is_exact;
    /* Why run_advance() returned -ETIME, if it did; state is the last one handed over. */
    bool timed_out, interrupted;
    /* Called by run_finish() with the context between two jobs, unless it is NULL. */
    void (*look)(void *context, const struct run *run);
    void *context;
};

/* Begins a run of at most limit instructions from start, whose executed is ignored; nothing runs
 * yet. Engine `static` is given the program to translate here. */
void run_begin(struct run *run, struct machine *machine, const struct baby *start, uint64_t limit);

/* The same for a run that goes on: executed counts on from start's, and limit is for the sum. */
void run_resume(struct run *run, struct machine *machine, const struct baby *start, uint64_t limit);

/* Runs as one job at most `most` instructions, fewer if the slice is shorter: a slice grows until
 * it takes 20 ms, so that a time limit or a reader finds a recent state and yet its exits cost
 * nothing. Returns 1 if there is more to do, 0 after STP or at the limit, or -errno with text and
 * status, -ETIME for the time limit; state is then the one before the call. */
int run_advance(struct run *run, uint64_t most, struct error *error);

/* Why it stopped, as a name: stp, limit, cycle, timeout or interrupt. */
const char *run_stop_name(const struct run *run);

/* Whether the run has ended, as it has no limit, at a state that returns. */
bool run_is_endless(const struct run *run);

/* Advances to the end: STP, the limit, or an endless run. Returns 0, also for a run that timed out
 * or was interrupted, or -errno with text and status. */
int run_finish(struct run *run, struct error *error);

#endif
