/* What a move of a run has cost, for people and for programs. */
#ifndef REPORT_MOVED_H
#define REPORT_MOVED_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define MOVED_ROUNDS 64

/* A round of a move of the VM, while it runs; the last one, while it stands still. */
struct moved_round {
    unsigned pages;   /* that were sent */
    unsigned dirtied; /* pages that the guest wrote meanwhile */
    uint64_t bytes;
    uint64_t ns;
};

struct moved {
    bool is_moved;
    const char *where;
    uint64_t at; /* instructions */
    /* From the last instruction here until the receiver was heard to run: with the way of its
     * message, so that it is at most this. */
    uint64_t downtime_ns;
    uint64_t bytes; /* both ways, until then */
    unsigned rounds;
    /* Of the VM, by pre-copy; converged: so few pages were left that it was stopped for them. */
    bool is_precopy, has_converged;
    uint64_t bandwidth, writes; /* pages a second: at most sent, asked of the guest; 0 for none */
    struct moved_round round[MOVED_ROUNDS];
};

/* Pages a second that the guest wrote in a round, each of them counted once. */
double moved_rate(const struct moved_round *round);

/* Prints where and when a run has moved, and how long nobody ran it; of a VM also the rounds. */
void moved_text(FILE *out, const struct moved *moved);

/* Writes them as a picture, in SVG, light and dark. Errors stay with the stream. */
void moved_chart(FILE *out, const struct moved *moved);

#endif
