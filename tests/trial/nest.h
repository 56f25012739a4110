/* Random loops that count, up to three deep, with numbers that wrap and cross the sign. */
#ifndef TRIAL_NEST_H
#define TRIAL_NEST_H

#include "guest/abi.h"

/* Fills the store of *m. Most of these programs go on for long; some of them store into their own
 * loops, some leave a loop after many turns, some never. */
void nest_store(struct baby *m, uint64_t *random);

#endif
