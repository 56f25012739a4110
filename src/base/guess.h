/* What a user may have meant by a word that is not known. */
#ifndef BASE_GUESS_H
#define BASE_GUESS_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a letter more, a letter less, a swap of two or another case makes text, of length bytes,
 * the name. */
bool guess_is_near(const char *text, size_t length, const char *name);

#endif
