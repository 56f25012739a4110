/* What this process holds: for tests that nothing is left behind. */
#ifndef TESTS_HELD_H
#define TESTS_HELD_H

#include <stdbool.h>

enum { HELD_DESCRIPTORS, HELD_PAGES, HELD_TIMERS, HELD_HEAP, HELD_KINDS };

#define HELD_ROUNDS 4

/* Counts what is held now. Without address_space that is 0: valgrind and AddressSanitizer take some
 * for themselves. */
void held_count(unsigned long held[HELD_KINDS], bool address_space);

/* Whether anything has grown in every round, which is a leak; prints it as a comment of TAP. */
bool held_grows(unsigned long held[HELD_ROUNDS][HELD_KINDS], const char *what);

#endif
