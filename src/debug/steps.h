/* The instruction trace of a run: its first instructions, and the last before it stopped. */
#ifndef DEBUG_STEPS_H
#define DEBUG_STEPS_H

#include <stdio.h>

#include "machine/run.h"

struct steps {
    uint64_t first, last; /* so many; 0 for none */
    double seconds;       /* time limit, looked at between two jobs */
};

/* Finishes a run that has just begun, as run_finish() does, and prints a row for each of its first
 * instructions. The rows are the reference's; an engine that does not come to the same state is an
 * error, with status 80. An interrupt (interrupt.h) and the time limit end the run between two
 * jobs, so that the machine can be used on; its own limit must be longer. */
int steps_finish(struct run *run, const struct steps *steps, FILE *out, struct error *error);

/* Prints the rows of the last instructions of the run that steps_finish() has finished last, which
 * may since have been taken back to an earlier state; runs them again. On error as steps_finish().
 */
int steps_print_last(const struct run *run, const struct steps *steps, FILE *out,
                     struct error *error);

#endif
