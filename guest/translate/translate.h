/* Translates a path through the store into a block of x86 code, for `static` and `dynamic`.
 *
 * A block follows one path: the lines that are obeyed one after the other if every CMP goes the
 * expected way. It takes all its instructions off the budget at its start, in one subtraction, and
 * whatever leaves it earlier gives back those that were not obeyed.
 */
#ifndef GUEST_TRANSLATE_TRANSLATE_H
#define GUEST_TRANSLATE_TRANSLATE_H

#include "guest/abi.h"
#include "guest/translate/area.h"

/* Most instructions in a block. */
#define TRANSLATE_PATH 32

/* Lines that are obeyed one after the other, with the words that they hold then. */
struct translate_path {
    unsigned count;
    uint8_t line[TRANSLATE_PATH + 1]; /* one more: the line that follows the last */
    uint32_t word[TRANSLATE_PATH];
};

/* What must be known about lines: sets of them. */
struct translate_lines {
    uint32_t fixed;   /* hold what they hold now whenever the block is entered */
    uint32_t guarded; /* a store that changes one of these must leave with AREA_STEP */
};

/* How a block deals with a word that is not fixed. */
enum translate_variable {
    TRANSLATE_CHECK, /* leaves with AREA_STEP unless it is what it was */
    TRANSLATE_ANEW,  /* takes it apart each time */
};

/* Writes the block of path into the slot of its first line. Where a jump through a line that is not
 * fixed goes, is found out each time. Cuts path->count to what the block obeys, which may be less
 * for want of room. */
void translate_block(const struct area *area, struct translate_path *path,
                     const struct translate_lines *lines, enum translate_variable variable);

#endif
