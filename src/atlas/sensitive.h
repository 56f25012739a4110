/* Popek and Goldberg's question: do this CPU's sensitive instructions trap? */
#ifndef ATLAS_SENSITIVE_H
#define ATLAS_SENSITIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "atlas/atlas.h"

#define SENSITIVE_MAX 128 /* rows of a list */

/* How an instruction behaves in one ring. */
enum sensitive_way {
    SENSITIVE_UNKNOWN, /* not run, not offered, hung or failed */
    SENSITIVE_TRAPS,   /* a fault in the guest: its kernel notices */
    SENSITIVE_EXITS,   /* left guest mode, or was emulated: the hypervisor notices */
    SENSITIVE_RUNS,    /* executed, and nobody notices */
};

/* Rows in the order of the atlas. */
struct sensitive_list {
    const struct atlas_row *rows[SENSITIVE_MAX];
    size_t count;
};

enum sensitive_answer { SENSITIVE_UNDECIDED, SENSITIVE_NO, SENSITIVE_YES };

/* The condition of a theorem: that each of some instructions traps in ring 3. One that does not is
 * enough for a no; a yes needs all of them. */
struct sensitive_theorem {
    enum sensitive_answer holds;
    struct sensitive_list all;
    struct sensitive_list missing; /* of all, those of which it is not known */
    struct sensitive_list against; /* of all, those that run unnoticed */
};

/* Theorem 1 (a VMM by trap and emulation) is about the sensitive instructions, theorem 3 (a hybrid
 * VMM, which interprets the guest's ring 0) about the user-sensitive ones alone. */
struct sensitive_verdict {
    struct sensitive_theorem theorem1;
    struct sensitive_theorem theorem3;
    struct sensitive_list wrong; /* of theorem1.against, those whose answer is wrong */
};

enum sensitive_way sensitive_way(const struct atlas_result *result);

/* Whether a row stands for a sensitive instruction on the CPU as it is after reset. */
bool sensitive_counts(const struct atlas_row *row);

/* Judges by the results, in any order, of whichever rows they are. */
void sensitive_judge(struct sensitive_verdict *verdict, const struct atlas_result *results,
                     size_t count);

/* The result of the row in a ring (0 or 3), NULL if it is not among them. */
const struct atlas_result *sensitive_find(const struct atlas_result *results, size_t count,
                                          const struct atlas_row *row, unsigned ring);

/* The result in ring 3 of the same instruction with CR4.UMIP, NULL if it is not among them. */
const struct atlas_result *sensitive_find_umip(const struct atlas_result *results, size_t count,
                                               const struct atlas_row *row);

#endif
