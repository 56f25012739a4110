/* A look at a running program: interpretation that sees what loops do.
 *
 * Instructions are obeyed one by one, and the turns of loops are followed (turn.h). Where a turn
 * repeats, as many further ones as keep every CMP going its way are obeyed at once: a leap. So a
 * loop that counts is over at once, however far it counts, and so is the loop around it. A machine
 * that is again exactly as it was has turned in a circle and will for ever.
 */
#ifndef GUEST_LOOK_H
#define GUEST_LOOK_H

#include "guest/abi.h"
#include "guest/turn.h"

/* A line that is jumped to. */
struct look_head {
    struct turn_words words; /* when it was last jumped to, if it is among known */
    uint64_t at;             /* when that was */
    uint64_t barred;         /* turns that begin here are not followed until then */
    uint32_t failures;       /* turns that were followed in vain since the last leap */
    uint32_t visits;         /* jumps to it since words */
};

struct look {
    uint64_t clock;  /* instructions since look_begin(), obeyed by whomever */
    uint64_t period; /* the state is the same again after so many; 0 if that is not known */

    /* An earlier state, which the machine is compared with whenever it jumps. It is renewed ever
     * more rarely (Brent, "An improved Monte Carlo factorization algorithm", BIT 20, 1980). */
    struct turn_words mark;
    uint32_t mark_ci; /* ABI_LINES: there is none */
    uint64_t mark_at;
    uint64_t mark_compared, mark_renewal; /* jumps since then; when there are so many */

    /* In the last look. */
    uint64_t obeyed; /* instructions, one by one */
    uint64_t leapt;  /* others */
    struct turn_words words;
    uint32_t ci;
    uint64_t left;
    uint64_t quiet;  /* instructions obeyed since the last leap */
    uint64_t most;   /* of those */
    uint32_t met;    /* lines that were jumped to */
    uint32_t known;  /* those whose head holds a state */
    bool following;  /* a turn: */
    uint32_t head;   /* the line that it begins at */
    uint64_t began;  /* when it did */
    uint64_t guess;  /* how long it will be */
    uint64_t needed; /* how many of its like must follow for a leap to be worth it */
    uint32_t visits; /* jumps to head still to come, the one that ends it included */
    uint32_t passed; /* lines that were jumped to meanwhile */
    struct turn turn;
    struct look_head heads[ABI_LINES];
};

/* Begins with another program, or with the same one where it has been changed. */
void look_begin(struct look *look);

/* Runs m for at most *left instructions, which it takes off: engine_run's contract, but that it
 * ends early once `most` instructions were obeyed without a leap, or more after a long leap. Sets
 * look->period when it finds one, and counts in engines_counters. */
enum stop look_at(struct look *look, struct baby *m, uint64_t *left, uint64_t most);

#endif
