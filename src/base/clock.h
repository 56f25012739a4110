/* The one clock of all measurements and time limits. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Now, in nanoseconds of CLOCK_MONOTONIC. */
uint64_t clock_now(void);

#endif
