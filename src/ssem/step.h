/* The reference: T-next, one SSEM instruction in plain C, against which every engine is tested. */
#ifndef SSEM_STEP_H
#define SSEM_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include "guest/abi.h"

/* Obeys one instruction of *m: CI += 1, PI = S[CI], obey (PRM). Leaves m->executed alone. Returns
 * false if the instruction was STP, after which m->ci is the line of the STP. */
bool step(struct baby *m);

/* Whether both have the same store, A and CI. */
bool step_same(const struct baby *a, const struct baby *b);

/* The reference engine: engine_run's contract, by step() alone. */
enum stop step_run(struct baby *m, uint64_t budget);

#endif
