/* A trial: a program run by an engine in several calls, compared with the reference after each. */
#ifndef TRIAL_TRIAL_H
#define TRIAL_TRIAL_H

#include <stdbool.h>
#include <stdio.h>

#include "guest/abi.h"

/* How a run is cut into calls. */
enum trial_cut {
    TRIAL_ONE_CALL,
    TRIAL_CALLS,          /* of random budgets, 0 and 1 among them */
    TRIAL_CHANGING_CALLS, /* and now and then a line is changed between two of them */
    TRIAL_CUTS,
};

struct trial {
    struct baby start;
    uint64_t limit; /* instructions in all; a program that stops is resumed */
    enum trial_cut cut;
    uint64_t seed; /* of the cuts */
};

/* The first call whose outcome was wrong. */
struct trial_difference {
    uint64_t at; /* instructions obeyed before it */
    uint64_t budget;
    struct baby before, expected, got;
    enum stop expected_stop, got_stop;
};

/* A random trial of at most `most` instructions. */
void trial_make(struct trial *trial, uint32_t most, uint64_t *random);

/* Runs it; adds the instructions obeyed to *obeyed. Returns whether the engine was right, else
 * fills *difference. */
bool trial_passes(const struct trial *trial, engine_run *run, uint64_t *obeyed,
                  struct trial_difference *difference);

/* Runs random trials of at most `most` instructions each until so many are obeyed in all. Returns
 * whether the engine passed; the first trial that it did not pass is described on out. */
bool trial_series(uint64_t seed, uint32_t most, uint64_t instructions, engine_run *run, FILE *out);

/* Shrinks a trial that did not pass and writes what is left of it to out. */
void trial_report(struct trial *trial, struct trial_difference *difference, engine_run *run,
                  FILE *out);

/* Makes a trial that does not pass as small as it gets without passing: fewer instructions, fewer
 * calls, lines that are 0. Returns false, with nothing changed, if it passes when it is run again,
 * which means that the engine has kept something from the trials before. */
bool trial_shrink(struct trial *trial, engine_run *run);

/* Writes the program in assembler, the call that was wrong, and what differs. */
void trial_print(const struct trial *trial, const struct trial_difference *difference, FILE *out);

#endif
