/* The past of a session: moments to run again from, and the changes that the user made. */
#ifndef DEBUG_HISTORY_H
#define DEBUG_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guest/abi.h"

#define HISTORY_MOMENTS 2048

/* The machine between two instructions. state.executed counts since the session began; a program
 * that is loaded has obeyed state.executed - since, modulo 2^64. */
struct moment {
    struct baby state;
    uint64_t since;
    enum stop stop; /* STOP_STP: the last instruction was one */
    bool changed;   /* the user has made it of the moment before, without an instruction */
};

/* Moments in the order of time. What happened between two of them is what the machine does by
 * itself, so that running again from one leads to the next, exactly. The first is the beginning, or
 * the oldest that is kept. */
struct history {
    size_t count;
    uint64_t spacing; /* instructions that lie between two moments at least, but for changes */
    struct moment moments[HISTORY_MOMENTS];
};

/* Begins with the moment, which is not a change. */
void history_begin(struct history *history, const struct moment *moment);

/* Keeps the moment if it is far enough from the last one. Where there is no room every second one
 * that is no change goes, and so does, among many changes, the older half. */
void history_pass(struct history *history, const struct moment *moment);

/* Keeps the moment as a change by the user, so that it is never passed over. */
void history_change(struct history *history, const struct moment *moment);

/* The last of all moments; none is later. */
const struct moment *history_last(const struct history *history);

/* Forgets what is later than the instruction of that number. Returns the moment to run on from,
 * which stays the history's, or NULL if the history begins later; then nothing is forgotten. */
const struct moment *history_cut(struct history *history, uint64_t executed);

/* Forgets the last change and what is later. Returns its moment, or NULL if there is none. The copy
 * is undefined after the next call. */
const struct moment *history_undo(struct history *history);

#endif
