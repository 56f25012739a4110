/* What an endless run repeats: its least period, and when it came into the cycle. */
#include "measure/cycle.h"

#include <errno.h>

#include "ssem/step.h"

/* Prime factors of a period up to here are tried out; what is left above counts as one. An engine
 * finds a state again sooner than after so many periods. */
#define LARGEST_FACTOR (1u << 20)

/* Runs m for count instructions on the machine of the run that is looked into; m->executed goes on.
 * Returns 0, or -errno with text and status. */
static int go(const struct run *of, struct baby *m, uint64_t count, struct error *error)
{
    const uint64_t before = m->executed;
    struct run run;
    int result;

    run_begin(&run, of->machine, m, count);
    run.look = of->look;
    run.context = of->context;
    result = run_finish(&run, error);
    *m = run.state;
    m->executed += before;
    return run.timed_out || run.interrupted ? -ETIME : result;
}

/* Whether m is the same again after count instructions. */
static int returns(const struct run *of, const struct baby *m, uint64_t count, bool *same,
                   struct error *error)
{
    struct baby later = *m;
    const int result = go(of, &later, count, error);

    *same = step_same(&later, m);
    return result;
}

/* Takes factors off *period as long as m still returns after it. */
static int shorten(const struct run *of, const struct baby *m, uint64_t *period,
                   struct error *error)
{
    uint64_t rest = *period;
    int result = 0;

    for (uint64_t factor = 2; rest > 1 && result == 0; factor++) {
        bool same = true;

        if (factor > LARGEST_FACTOR || factor * factor > rest)
            factor = rest;
        for (; rest % factor == 0 && same && result == 0; rest /= factor) {
            result = returns(of, m, *period / factor, &same, error);
            if (result == 0 && same)
                *period /= factor;
        }
        while (rest % factor == 0)
            rest /= factor;
    }
    return result;
}

/* Finds the first state that returns: from *first, which need not, to `last` instructions, after
 * which the state does. */
static int find_first(const struct run *of, struct baby *first, uint64_t last, uint64_t period,
                      struct error *error)
{
    int result = 0;

    while (first->executed < last && result == 0) {
        const uint64_t half = (last - first->executed) / 2;
        struct baby m = *first;
        bool same = false;

        result = go(of, &m, half, error);
        if (result == 0)
            result = returns(of, &m, period, &same, error);
        if (result < 0)
            break;
        if (same) {
            last = m.executed;
        } else {
            result = go(of, &m, 1, error);
            *first = m;
        }
    }
    return result;
}

int cycle_find(struct run *run, const struct baby *start, struct error *error)
{
    struct baby first = *start;
    bool same = false;
    int result = returns(run, &run->state, run->period, &same, error);

    first.executed = run->began;
    if (result == 0 && !same)
        return error_set(error, STATUS_GUEST, EPROTO,
                         "broken guest: it said that its state returns after %llu instructions",
                         (unsigned long long)run->period);
    if (result == 0)
        result = shorten(run, &run->state, &run->period, error);
    if (result == 0)
        result = find_first(run, &first, run->entered, run->period, error);
    if (result < 0)
        return result == -ETIME ? 0 : result;
    run->is_exact = true;
    run->entered = first.executed;
    if (run_is_endless(run)) {
        run->state = first;
        run->leapt = 0;
    }
    return 0;
}
