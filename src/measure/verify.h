/* Stepwise correctness: whether interp(V) equals T after every piece of a run. */
#ifndef MEASURE_VERIFY_H
#define MEASURE_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "guest/abi.h"
#include "machine/run.h"

/* How a run is cut into engine calls: all of the same budget, or random ones for 0. */
extern const uint64_t verify_budgets[];
extern const size_t verify_budget_count;

/* What one engine on one backend has shown. */
struct verify_result {
    uint64_t states; /* T-states compared */
    bool equal;
    /* The first difference, where equal is false. */
    uint64_t at;                       /* instructions that T had obeyed before the call */
    uint64_t budget;                   /* of the call */
    struct baby before, expected, got; /* executed: since the beginning */
    enum stop expected_stop, got_stop;
};

/* Called now and then with the states compared so far, and how many there will be, to a tenth or
 * so; at most so many, until the program has once run to its end. May be NULL. */
typedef void verify_progress(void *context, uint64_t states, double all);

/* Runs the machine against the reference from start, for at most limit instructions or until STP,
 * once for each of verify_budgets; seed makes the random budgets. Stops at the first difference.
 * Returns 0 and fills *result, or -errno with text and status if the machine failed. */
int verify_run(struct machine *machine, const struct baby *start, uint64_t limit, uint64_t seed,
               verify_progress *progress, void *context, struct verify_result *result,
               struct error *error);

#endif
