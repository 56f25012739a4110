/* An invariant: a set of states that no instruction leaves and in which no STP is obeyed. A program
 * that gets into it never stops, and so returns to a state. */
#ifndef POOL_INVARIANT_H
#define POOL_INVARIANT_H

#include <stdint.h>

#include "guest/abi.h"

#define INVARIANT_BITS   16   /* at most: with them a word can be obeyed */
#define INVARIANT_STATES 1024 /* of a check, at most */

/* The states that can follow a given one where A and the lines in `data` are known modulo 2^bits,
 * all other lines are as they are in it, and a CMP of an A whose sign is not known goes both ways.
 */
struct invariant {
    uint64_t after; /* instructions from the program's beginning to the given state */
    uint32_t data;  /* a bit for each line that can change */
    uint32_t bits;  /* 0 to INVARIANT_BITS */
};

/* Why it is none. */
enum invariant_flaw {
    INVARIANT_HOLDS,
    INVARIANT_STOPS,   /* an STP can be obeyed */
    INVARIANT_BLURRED, /* a line is obeyed or jumped through of which too few bits are known */
    INVARIANT_STORES,  /* a line that is not data is stored in: *line */
    INVARIANT_LOOKS,   /* a line that has no value can be looked at: *line */
    INVARIANT_LARGE,   /* there are too many states, or bits */
};

/* Whether the invariant holds from that state on; lines in `valueless` may have any value. `after`
 * is not looked at: that the program gets to the state is for the caller to know. */
enum invariant_flaw invariant_check(const struct invariant *invariant, const struct baby *state,
                                    uint32_t valueless, unsigned *line);

#endif
