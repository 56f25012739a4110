/* A and lines of the store in registers, within a block.
 *
 * Nothing is done before it must be. LDN of a line that is in a register is no code at all: A is
 * then that register's negative. STO is none either: the line is where A is. A line is written to
 * memory when its register is needed for something else, and where the block is left; if it is
 * stored to again before that, never.
 */
#ifndef GUEST_TRANSLATE_CACHE_H
#define GUEST_TRANSLATE_CACHE_H

#include "guest/abi.h"
#include "guest/translate/x86.h"

/* A among the words that are held; before it come the lines. */
#define CACHE_A     ABI_LINES
#define CACHE_WORDS (ABI_LINES + 1)

/* Where a word is held: a register, or that and CACHE_NEGATED, if it is the register's negative. */
#define CACHE_NEGATED 0x10
#define CACHE_NONE    X86_SP /* in memory alone */

struct cache_words {
    uint8_t held[CACHE_WORDS];
    uint32_t stale; /* lines that memory does not hold, and must before anything sees it */
};

struct cache {
    struct cache_words words;
    uint8_t sign;    /* what the sign flag is that of, as if it were held; or CACHE_NONE */
    uint32_t wanted; /* lines that will be read again, to be set before each of the following */
    uint32_t lines[X86_NONE]; /* by register: lines that it holds */
};

/* A is in AREA_A, and nothing else anywhere. */
void cache_begin(struct cache *cache);

/* LDN, SUB and STO of the line. */
void cache_ldn(struct cache *cache, struct x86 *x, unsigned line);
void cache_sub(struct cache *cache, struct x86 *x, unsigned line);
void cache_sto(struct cache *cache, unsigned line);

/* Writes what compares A with 0. Returns the condition on which it is negative. */
enum x86_condition cache_cmp(struct cache *cache, struct x86 *x);

/* Compares A with the line, which memory holds. Once they are known to be the same,
 * cache_is_same() says so. */
void cache_compare(struct cache *cache, struct x86 *x, unsigned line);
void cache_is_same(struct cache *cache, unsigned line);

/* Writes what brings words to where they are at the ends of a block: A to AREA_A, lines to memory.
 */
void cache_write_back(const struct cache_words *words, struct x86 *x);

/* The same, after which nothing is held but A. */
void cache_empty(struct cache *cache, struct x86 *x);

#endif
