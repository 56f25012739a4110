/* The instruction trace of a run: its first instructions, and the last before it stopped. */
#include "debug/steps.h"

#include <errno.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "debug/history.h"
#include "debug/obeyed.h"
#include "ssem/step.h"

/* Rows that are printed before the engine follows. */
#define PIECE 4096

static struct history history;

static void keep(const struct run *run)
{
    history_pass(&history, &(struct moment){.state = run->state, .stop = run->stop});
}

/* Whether the run must end here. */
static bool is_over(struct run *run, uint64_t deadline)
{
    run->interrupted = interrupt_came();
    run->timed_out = !run->interrupted && clock_now() >= deadline;
    return run->interrupted || run->timed_out;
}

/* Has the engine come to where the reference is. Returns 1 if there is more to do, 0, or -errno. */
static int follow(struct run *run, const struct baby *ahead, struct error *error)
{
    int result = 1;

    while (run->state.executed < ahead->executed && result > 0)
        result = run_advance(run, ahead->executed - run->state.executed, error);
    if (result >= 0 && (run->state.executed != ahead->executed || !step_same(&run->state, ahead)))
        return error_set(error, STATUS_GUEST, EPROTO,
                         "broken engine: not what the reference does after instruction %llu",
                         (unsigned long long)ahead->executed);
    return result;
}

/* Prints so many rows, up to STP or the limit of the run, unless it is over before. Returns as
 * follow(). */
static int print_rows(struct run *run, uint64_t count, uint64_t deadline, FILE *out,
                      struct error *error)
{
    int result = 1;

    fprintf(out, "%s\n", obeyed_head);
    while (count > 0 && result > 0 && run->state.executed < run->limit) {
        struct baby ahead = run->state;
        struct obeyed obeyed;
        char row[OBEYED_ROW];
        bool goes_on = true;

        for (int i = 0; i < PIECE && count > 0 && goes_on && ahead.executed < run->limit; i++) {
            goes_on = obeyed_step(&ahead, &obeyed);
            fprintf(out, "%s\n", obeyed_row(&obeyed, row));
            count--;
        }
        result = follow(run, &ahead, error);
        if (result >= 0)
            keep(run);
        if (result > 0 && is_over(run, deadline))
            result = 0;
    }
    fputc('\n', out);
    return result;
}

int steps_finish(struct run *run, const struct steps *steps, FILE *out, struct error *error)
{
    const uint64_t deadline = clock_now() + (uint64_t)(steps->seconds * 1e9);
    int result = 1;

    history_begin(&history, &(struct moment){.state = run->state});
    if (steps->first)
        result = print_rows(run, steps->first, deadline, out, error);
    while (result > 0 && !run_is_endless(run)) {
        result = run_advance(run, UINT64_MAX, error);
        if (result >= 0)
            keep(run);
        if (result > 0 && is_over(run, deadline))
            result = 0;
    }
    return result < 0 ? result : 0;
}

int steps_print_last(const struct run *run, const struct steps *steps, FILE *out,
                     struct error *error)
{
    const uint64_t end = run->state.executed;
    const uint64_t begin = end - run->began > steps->last ? end - steps->last : run->began;
    const struct moment *from = history_cut(&history, begin);
    struct run again;
    int result = 1;

    run_resume(&again, run->machine, &from->state, end);
    while (result > 0 && again.state.executed < begin)
        result = run_advance(&again, begin - again.state.executed, error);
    if (result >= 0)
        result = print_rows(&again, steps->last, UINT64_MAX, out, error);
    return result < 0 ? result : 0;
}
