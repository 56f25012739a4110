/* Engine `leap`: `dynamic`, and loops of which many turns are obeyed at once.
 *
 * Translated code runs the program. Now and then the engine looks at it (look.h), and leaps over as
 * many turns of a loop as do the same. Once a state has returned, whole periods are taken off the
 * budget.
 *
 * Looking is much slower than translated code, and for many programs it is of no use. So the longer
 * nothing is found, the rarer the looks become; in the same measure they become longer, which is
 * what finds long turns. What they cost stays a few per cent of what the translated code takes.
 */
#include "guest/engines.h"
#include "guest/look.h"

/* A budget below this is not worth a look. */
#define SMALL 64

/* Instructions between two looks, at first and at last, and by what that grows. */
#define INTERVAL_FIRST  (1u << 12)
#define INTERVAL_LAST   (1u << 26)
#define INTERVAL_GROWTH 4

/* How many instructions a look obeys without a leap: this part of the interval, but so many at
 * least. */
#define LOOK_PART  2048
#define LOOK_LEAST 256

/* Instructions that translated code obeys in the time that a look takes for one. */
#define COST 40

/* After leaps over so many instructions the next look comes soon. */
#define LEAP_MUCH (1u << 18)

static struct {
    struct baby end; /* how the last call has left the machine: */
    bool goes_on;    /* and whether a call may go on from there */
    uint64_t due;    /* when the next look is, by look.clock */
    uint64_t interval;
    struct look look;
} state;

static void begin(void)
{
    look_begin(&state.look);
    state.due = 0;
    state.interval = INTERVAL_FIRST;
}

/* Looks at m, and decides when the next look will be. Takes off *left what has been obeyed. */
static enum stop look_now(struct baby *m, uint64_t *left)
{
    const struct look *look = &state.look;
    const uint64_t part = state.interval / LOOK_PART;
    const enum stop stop = look_at(&state.look, m, left, part < LOOK_LEAST ? LOOK_LEAST : part);

    if (look->leapt >= LEAP_MUCH)
        state.interval = INTERVAL_FIRST;
    else if (look->leapt < COST * look->obeyed && state.interval < INTERVAL_LAST)
        state.interval *= INTERVAL_GROWTH;
    state.due = look->clock + state.interval;
    return stop;
}

/* Runs m by translated code until the next look. Takes off *left what has been obeyed. */
static enum stop run(struct baby *m, uint64_t *left)
{
    const uint64_t slice = state.due - state.look.clock;
    const enum stop stop = dynamic_run(m, slice < *left ? slice : *left);

    *left -= m->executed;
    state.look.clock += m->executed;
    return stop;
}

/* Whether m is where the last call has left it, and the clock can take so many instructions. */
static bool goes_on(const struct baby *m, uint64_t budget)
{
    const struct baby *end = &state.end;

    if (!state.goes_on || m->a != end->a || m->ci != end->ci)
        return false;
    for (int i = 0; i < ABI_LINES; i++)
        if (m->store[i] != end->store[i])
            return false;
    return budget <= UINT64_MAX - state.look.clock;
}

enum stop leap_run(struct baby *m, uint64_t budget)
{
    uint64_t left = budget;
    enum stop stop = STOP_LIMIT;

    if (budget < SMALL)
        return dispatch_run(m, budget);
    if (!goes_on(m, budget))
        begin();
    if (state.look.period)
        state.due = state.look.clock;
    while (stop == STOP_LIMIT && left)
        stop = state.due <= state.look.clock ? look_now(m, &left) : run(m, &left);
    m->executed = budget - left;
    state.end = *m;
    state.goes_on = stop == STOP_LIMIT;
    engines_counters.period = stop == STOP_LIMIT ? state.look.period : 0;
    return stop;
}
