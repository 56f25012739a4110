/* Numbers that are written as decimal digits, in text that may be hostile. */
#ifndef BASE_DIGITS_H
#define BASE_DIGITS_H

#include <stdbool.h>
#include <stdint.h>

/* Reads the digits that text begins with. Returns where they end, or NULL if there is none, or the
 * number is above 2^64 - 1; *number is then undefined. */
const char *digits_read(const char *text, uint64_t *number);

/* Reads text that is digits to its end, 20 at most, as 2^64 - 1 has. Returns whether it is; not if
 * text is NULL. */
bool digits_whole(const char *text, uint64_t *number);

#endif
