/* What one instruction has done, and how that is shown: a row of the trace. */
#ifndef DEBUG_OBEYED_H
#define DEBUG_OBEYED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guest/abi.h"

struct obeyed {
    uint64_t number;      /* of the instruction, from 1 */
    uint32_t line, pi;    /* where it was, and the word: CI and PI while it was obeyed */
    uint32_t a_before, a; /* the accumulator before and after */
    uint32_t ci;          /* after */
    uint32_t was, is;     /* what its line held before and after */
};

/* Has the reference obey one instruction of *m, counts it in m->executed, and fills *obeyed.
 * Returns false for STP. */
bool obeyed_step(struct baby *m, struct obeyed *obeyed);

/* Whether it was an STO, and so wrote obeyed->is to the line that its word names. */
bool obeyed_stores(const struct obeyed *obeyed);

/* The head of the trace, and the longest row with its NUL. */
extern const char obeyed_head[];
#define OBEYED_ROW 96

/* Writes the row into out, without a newline, and returns it: number, line, instruction, A before
 * and after, and the line that was written or CI where control went elsewhere. */
const char *obeyed_row(const struct obeyed *obeyed, char out[OBEYED_ROW]);

#endif
