/* The speed of the panel's machine: what is due by the clock, the rate that comes of it, frames. */
#include "panel/pace.h"

#include "base/clock.h"
#include "report/text.h"

/* In milliseconds. */
#define SHORTEST    50 /* frame without a limit of speed */
#define LONGEST     250
#define RATED_AFTER 500
#define LAG         250 /* that is not made up for */

#define DRAWN_SHARE 50 /* without a limit, of so many parts one is for all but the machine */

double pace_rate(int speed)
{
    double rate = 1e-3 / TEXT_BABY_SECONDS;

    if (speed == PACE_UNLIMITED)
        return 0;
    while (speed-- > 0)
        rate *= 10;
    return rate;
}

void pace_start(struct pace *pace, uint64_t executed)
{
    pace->began = pace->rated = clock_now();
    pace->began_executed = pace->rated_executed = executed;
    pace->rate = 0;
    pace->left = 0;
}

uint64_t pace_frame(uint64_t drawing)
{
    if (drawing >= LONGEST * PACE_MS / (DRAWN_SHARE - 1))
        return LONGEST * PACE_MS;
    drawing *= DRAWN_SHARE - 1;
    return drawing < SHORTEST * PACE_MS ? SHORTEST * PACE_MS : drawing;
}

uint64_t pace_due(struct pace *pace, uint64_t executed, uint64_t *nanoseconds)
{
    const double rate = pace_rate(pace->speed);
    const uint64_t now = clock_now();
    const double late =
        (double)(now - pace->began) / 1e9 * rate - (double)(executed - pace->began_executed);

    *nanoseconds = PACE_FRAME * PACE_MS;
    if (pace->speed == PACE_UNLIMITED) {
        if (pace->left)
            pace->drawing = (3 * pace->drawing + (now - pace->left)) / 4;
        *nanoseconds = pace_frame(pace->drawing);
        return UINT64_MAX;
    }
    if (late > rate * LAG / 1e3 && late > 2) {
        pace->began = now;
        pace->began_executed = executed;
        return 1;
    }
    return late >= 1 ? (uint64_t)late : 0;
}

void pace_note(struct pace *pace, uint64_t executed)
{
    const uint64_t now = clock_now();

    pace->left = now;
    if (now - pace->rated < RATED_AFTER * PACE_MS)
        return;
    pace->rate = (double)(executed - pace->rated_executed) / ((double)(now - pace->rated) / 1e9);
    pace->rated = now;
    pace->rated_executed = executed;
}
