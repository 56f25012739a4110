/* Proposes an invariant for a program that may never stop. */
#ifndef POOL_DECIDER_H
#define POOL_DECIDER_H

#include "pool/invariant.h"
#include "pool/walk.h"

/* Looks for an invariant that holds from that state on, for any values of the lines in `valueless`.
 * Returns INVARIANT_HOLDS with it in *found, `after` being the state's executed, or the flaw of the
 * last that was tried: for INVARIANT_LOOKS *line is the line. */
enum invariant_flaw decider_find(const struct baby *state, uint32_t valueless,
                                 struct invariant *found, unsigned *line);

/* The same from where a walk has come to; its lines without a value are the valueless ones. */
enum invariant_flaw decider_walked(const struct walk *walk, struct invariant *found,
                                   unsigned *line);

#endif
