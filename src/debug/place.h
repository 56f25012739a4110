/* Places of the machine and words for them, as users write them. */
#ifndef DEBUG_PLACE_H
#define DEBUG_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guest/abi.h"

/* A line of the store by its number, then A and CI. */
enum { PLACE_A = ABI_LINES, PLACE_CI, PLACE_COUNT };

#define PLACE_TEXT 4

/* The place that text of length bytes names, "27", "A" or "CI" in upper or lower case, or -1. */
int place_find(const char *text, size_t length);

/* Writes its name into out and returns it. */
const char *place_name(unsigned place, char out[PLACE_TEXT]);

/* What it holds. */
uint32_t place_word(const struct baby *m, unsigned place);

/* Has it hold a word; CI takes it modulo 32. */
void place_set(struct baby *m, unsigned place, uint32_t word);

/* Reads a word that is written as a number, decimal or after 0x, as an instruction in any notation
 * of assembly, or as 32 bits, the least significant first. Returns false if text is none of them.
 */
bool place_read_word(const char *text, uint32_t *word);

#endif
