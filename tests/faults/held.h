/* What this process holds: for tests that nothing is left behind. */
#ifndef TESTS_HELD_H
#define TESTS_HELD_H

#include <stdbool.h>

enum { HELD_DESCRIPTORS, HELD_PAGES, HELD_TIMERS, HELD_HEAP, HELD_KINDS };

/* "descriptors", "pages of address space", "timers", "bytes of the heap". */
extern const char *const held_kinds[HELD_KINDS];

/* Counts what is held now. Without address_space that is 0: valgrind and AddressSanitizer take some
 * for themselves. */
void held_count(unsigned long held[HELD_KINDS], bool address_space);

#endif
