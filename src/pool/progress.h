/* How far a long piece of work has come, for who watches it on a terminal. */
#ifndef POOL_PROGRESS_H
#define POOL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define PROGRESS_MILLISECONDS 200

struct progress {
    FILE *stream; /* NULL: nobody watches */
    const char *what;
    uint64_t began, shown; /* clock_now() */
    double first;          /* the part that was done at the beginning */
};

/* Begins, now, to show progress on stream if it is a terminal; first is the part of the work, from
 * 0 to 1, that has been done before, and what is what the counts are of, such as "programs". */
void progress_begin(struct progress *progress, FILE *stream, const char *what, double first);

/* Shows, if it is time to, how many there are since the beginning, how fast, and if part, from 0 to
 * 1, is above 0, how much of the whole is done and how long the rest will take. */
void progress_show(struct progress *progress, uint64_t count, double part);

/* Clears what is shown. */
void progress_end(struct progress *progress);

#endif
