/* A program on its way in this process, until it stops, returns to a state, or looks at a line that
 * has no value yet. */
#ifndef POOL_WALK_H
#define POOL_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "guest/abi.h"

struct walk {
    uint32_t store[ABI_LINES];
    uint32_t a, ci;
    uint32_t known; /* lines that have a value; a bit each */
    uint64_t executed;
};

enum walk_end {
    WALK_STP,
    WALK_CYCLE, /* the store and CI return, and A does or is not looked at before it is loaded */
    WALK_OPEN,  /* so many instructions were obeyed */
    WALK_LOOKS, /* at *line: obeyed or read; what is stored in an unknown line gives it a value */
};

/* Obeys instructions until executed is `limit`. What it does before a line is looked at is the same
 * whatever value that line gets. */
enum walk_end walk_on(struct walk *walk, uint64_t limit, unsigned *line);

#endif
