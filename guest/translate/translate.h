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
#define TRANSLATE_PATH ABI_BLOCK

/* Lines that are obeyed one after the other, with the words that they hold then. */
struct translate_path {
    unsigned count;
    uint8_t line[TRANSLATE_PATH + 1]; /* one more: the line that follows the last */
    uint32_t word[TRANSLATE_PATH];
};

/* What is known about lines: sets of them.
 *
 * fixed: the block may rely on these. On those that it comes to rely on, struct abi_block.depends,
 * it does so without a check: whoever enters it sees to it that they hold what they held when the
 * path was made. guarded: a store by an instruction that is fixed, or checked, compares and leaves
 * with AREA_STEP before it would change one of these. Other stores of such an instruction just
 * write: struct abi_block.stores, none of which any block may depend on that is entered without
 * coming back in between. Where an instruction is taken apart anew, its store looks up AREA_GUARDED
 * instead, which must have every line that any such block depends on.
 *
 * These are the hypotheses of what proof/ proves; who keeps them:
 * - `static`: fixed are lines that no STO of the program writes. It guards nothing and passes no
 *   mask, so none of its blocks may obey a word (TRANSLATE_CHECK). What no STO that is obeyed from
 *   a block writes, `dispatch` may write in between: has_broken() sees that.
 * - `dynamic`: fixed are lines that are not restless. Guarded are those that blocks in the cache
 *   depend on, and those that this path uses, of which depends will be a part. It removes the
 *   blocks whose stores have a line that the new one depends on. So its mask, `depended`, has every
 *   line that a block in the cache depends on, and none that one of them stores to. */
struct translate_lines {
    uint32_t fixed;
    uint32_t guarded;
};

/* How a block deals with a word that is not fixed. */
enum translate_variable {
    TRANSLATE_CHECK, /* leaves with AREA_STEP unless it is what it was */
    TRANSLATE_ANEW,  /* takes it apart each time */
};

/* Writes the block of path into the slot of its first line, and in *block what is to be known of
 * it. Where a jump through a line that is not fixed goes, is found out each time. Cuts path->count
 * to what the block obeys, which may be less for want of room.
 *
 * From any state in which the lines of block->depends hold what they held, whenever the code leaves
 * the slot it has obeyed as many instructions as it has taken off AREA_LEFT, exactly as the SSEM
 * does; line and reason are right, and it has changed no line of AREA_GUARDED, if block->stores has
 * none of them. proof/ proves that of each block of a run, of what write_fixed() and
 * write_anew() write in many contexts, and of what cache.c has them write in all. */
void translate_block(const struct area *area, struct translate_path *path,
                     const struct translate_lines *lines, enum translate_variable variable,
                     struct abi_block *block);

#endif
