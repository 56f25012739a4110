/* Popek and Goldberg's question: are this CPU's sensitive instructions among the trapping ones? */
#ifndef REPORT_SENSITIVE_H
#define REPORT_SENSITIVE_H

#include <stdbool.h>
#include <stdio.h>

#include "atlas/atlas.h"

/* How an instruction behaves in one ring. */
enum sensitive_way {
    SENSITIVE_UNKNOWN, /* not run, not offered, hung or failed */
    SENSITIVE_TRAPS,   /* a fault in the guest: its kernel is told */
    SENSITIVE_EXITS,   /* left guest mode, or was emulated: the hypervisor was told */
    SENSITIVE_RUNS,    /* obeyed, and nobody was told */
};

enum sensitive_way sensitive_way(const struct atlas_result *result);

/* Whether the result counts: a sensitive instruction in ring 3, with the CPU as it is after reset,
 * and known how it behaves. */
bool sensitive_counts(const struct atlas_result *result);

/* Prints the table and the verdict; nothing if no result is of the group. */
void sensitive_text(FILE *out, const struct atlas_result *results, size_t count);

#endif
