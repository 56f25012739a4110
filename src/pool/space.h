/* A space: a set of programs, given by a template, or by how many of their lines are not zero. */
#ifndef POOL_SPACE_H
#define POOL_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "pool/walk.h"

#define SPACE_LINES 8         /* K of tnf:K, at most */
#define SPACE_DEPTH 2         /* choices that are made in a unit of tnf:K */
#define SPACE_WORDS (1 << 16) /* of all lines of a template together */

/* Tree normal form: a line gets its value, zero or one of 255 pure instruction words (a function
 * and a line, no other bit), when it is first looked at, so that programs that differ where nobody
 * looks are one. At most `lines` values are not zero. */
struct space {
    unsigned lines;              /* of tnf:K; 0 for a template */
    uint64_t count;              /* of a template's programs */
    uint32_t choices[ABI_LINES]; /* of each line of a template: words, from first on */
    uint32_t first[ABI_LINES];
    uint32_t words[SPACE_WORDS];
};

/* A part of a space that is looked at at once: of a template programs from first on, of tnf:K those
 * whose first choices are these. */
struct space_unit {
    uint64_t first;
    uint32_t count;
    uint8_t depth;
    uint8_t choices[SPACE_DEPTH];
};

/* What is done with a program, of which walk has come to its end, or is open. */
typedef int space_visit(void *context, enum walk_end end, const struct walk *walk,
                        const uint32_t store[ABI_LINES], struct error *error);

/* Reads "tnf:K", or a template: assembly in which {LDN,SUB} stands for each of these, {0-31} for
 * each number from 0 to 31, {-8..8} for each from -8 to 8. Returns 0, or -EINVAL with text and
 * status: 64 of a name, 65 of a template. */
int space_parse(struct space *space, const char *name, const char *text, size_t length,
                struct error *error);

/* Calls add for every unit, in an order that is always the same; limit must be that of
 * space_walk(). Returns 0 or what add returned. */
int space_units(const struct space *space, uint64_t limit,
                int (*add)(void *context, const struct space_unit *unit, struct error *error),
                void *context, struct error *error);

/* Visits every program of a unit, after up to `limit` instructions. Returns 0, or what visit
 * returned, below 0. */
int space_walk(const struct space *space, const struct space_unit *unit, uint64_t limit,
               space_visit *visit, void *context, struct error *error);

#endif
