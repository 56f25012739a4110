/* The speed of the panel's machine: what is due by the clock, the rate that comes of it, frames. */
#ifndef PANEL_PACE_H
#define PANEL_PACE_H

#include <stdint.h>

/* Speeds, each ten times the one before; the last has no limit. */
#define PACE_SPEEDS    11
#define PACE_ORIGINAL  3
#define PACE_UNLIMITED (PACE_SPEEDS - 1)

#define PACE_MS    (1000 * 1000ull)
#define PACE_FRAME 16 /* milliseconds */

struct pace {
    int speed;
    /* Where the clock of the present speed was started. */
    uint64_t began, began_executed;
    /* Instructions a second, over the last second or so. */
    double rate;
    uint64_t rated, rated_executed;
    /* Of frames without a limit of speed: when the machine was last left, 0 if it has stopped
     * since, and the mean of the nanoseconds until it was entered again. */
    uint64_t left, drawing;
};

/* Instructions a second at that speed; 0 for no limit. */
double pace_rate(int speed);

/* Starts the clock of the speed where the machine is now, after so many instructions. */
void pace_start(struct pace *pace, uint64_t executed);

/* Instructions that are due by the clock, UINT64_MAX without a limit; those that it would take too
 * long to make up for are forgotten. Sets *nanoseconds to what the machine may run for, for a
 * frame. */
uint64_t pace_due(struct pace *pace, uint64_t executed, uint64_t *nanoseconds);

/* Notes how far the machine has come as it is left. */
void pace_note(struct pace *pace, uint64_t executed);

/* The nanoseconds that the machine runs for a frame without a limit of speed, when all else of a
 * frame takes so many: that is a fiftieth of the time, or there are four frames a second. */
uint64_t pace_frame(uint64_t drawing);

#endif
