/* A debugger's session over a machine: forward, to a breakpoint, back, and changes by the user. */
#include "debug/session.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "guest/word.h"
#include "ssem/step.h"

/* Instructions that the reference runs ahead at most: some 4 ms. */
#define AHEAD (1u << 20)

/* A job that takes longer keeps people waiting: the next ones begin small again. */
#define SLOW_NS (60 * 1000 * 1000)

void session_begin(struct session *session, struct machine *machine, const struct baby *state)
{
    session->machine = machine;
    session->now =
        (struct moment){.state = *state, .since = 0 - state->executed, .stop = STOP_LIMIT};
    session->now.state.executed = 0;
    session->has_last = false;
    session->period = session->leapt = session->elapsed_ns = session->slice = 0;
    memset(session->breakpoints, 0, sizeof(session->breakpoints));
    history_begin(&session->history, &session->now);
}

uint64_t session_executed(const struct session *session)
{
    return session->now.state.executed - session->now.since;
}

/* Takes over what a run has reached from a state with so many instructions. */
static void arrive(struct session *session, const struct run *run, uint64_t before)
{
    session->now.state = run->state;
    session->now.state.executed += before;
    session->now.stop = run->stop;
    session->period = run->period;
    session->has_last = false;
    history_pass(&session->history, &session->now);
}

/* Whether what runs must end, as the user or the clock says. */
static bool is_over(uint64_t deadline, struct outcome *outcome)
{
    if (interrupt_came())
        outcome->end = SESSION_INTERRUPTED;
    else if (deadline && clock_now() >= deadline)
        outcome->end = SESSION_TIME;
    else
        return false;
    return true;
}

/* Has the engine obey count instructions or up to STP. Returns 1 if the end came before, 0, or
 * -errno with text. */
static int run_engine(struct session *session, uint64_t count, uint64_t deadline,
                      struct outcome *outcome, struct error *error)
{
    const uint64_t before = session->now.state.executed;
    struct run run;
    uint64_t spent = 0;
    int result = 1;

    run_begin(&run, session->machine, &session->now.state, count);
    if (run.slice < session->slice)
        run.slice = session->slice;
    while (result > 0) {
        spent = run.elapsed_ns;
        result = run_advance(&run, UINT64_MAX, error);
        if (result < 0)
            break;
        spent = run.elapsed_ns - spent;
        arrive(session, &run, before);
        if (run_is_endless(&run)) {
            outcome->end = SESSION_ENDLESS;
            break;
        }
        if (result > 0 && is_over(deadline, outcome))
            break;
    }
    if (run.period || run.leapt || spent > SLOW_NS)
        session->slice = 0;
    else if (run.slice > session->slice)
        session->slice = run.slice;
    session->elapsed_ns += run.elapsed_ns;
    session->leapt += run.leapt;
    return result;
}

static int differs(const struct baby *expected, const struct baby *got, struct error *error)
{
    error_set(error, STATUS_GUEST, EPROTO,
              "broken engine: not what the reference does after instruction %llu:",
              (unsigned long long)expected->executed);
    for (unsigned place = 0; place < PLACE_COUNT; place++)
        if (place_word(expected, place) != place_word(got, place)) {
            char name[PLACE_TEXT];

            error_add(error, " %s is %#x, not %#x", place_name(place, name),
                      (unsigned)place_word(got, place), (unsigned)place_word(expected, place));
            break;
        }
    return -EPROTO;
}

/* All that may stop a machine, as bits by index; the order's is the last. */
struct watch {
    const struct breakpoint *list[SESSION_BREAKPOINTS + 1];
    uint64_t used, values, held; /* values: of used, those on a condition */
    uint32_t lines, stores;      /* of the store, on which one stops */
};

static void watch_begin(struct watch *watch, const struct session *session,
                        const struct breakpoint *until)
{
    *watch = (struct watch){.used = 0};
    for (unsigned i = 0; i <= SESSION_BREAKPOINTS; i++) {
        const struct breakpoint *one = i < SESSION_BREAKPOINTS ? &session->breakpoints[i] : until;

        watch->list[i] = one;
        if (!one || one->kind == BREAKPOINT_NONE)
            continue;
        watch->used |= 1ull << i;
        if (one->kind == BREAKPOINT_LINE)
            watch->lines |= 1u << one->place;
        else if (one->kind == BREAKPOINT_STORE)
            watch->stores |= 1u << one->place;
        else
            watch->values |= 1ull << i;
    }
}

static void watch_look(struct watch *watch, const struct baby *m)
{
    watch->held = 0;
    for (uint64_t rest = watch->values; rest; rest &= rest - 1) {
        const int i = __builtin_ctzll(rest);

        watch->held |= (uint64_t)breakpoint_holds(watch->list[i], m) << i;
    }
}

/* The index of the first that is hit, or -1; looks at the machine for the next instruction. */
static int watch_hit(struct watch *watch, const struct obeyed *obeyed, const struct baby *m)
{
    if (!watch->values && !(watch->lines >> (m->ci + 1) % ABI_LINES & 1) &&
        !(watch->stores >> word_line(obeyed->pi) & 1))
        return -1;
    for (uint64_t rest = watch->used; rest; rest &= rest - 1) {
        const int i = __builtin_ctzll(rest);

        if (breakpoint_hit(watch->list[i], obeyed, m, watch->held >> i & 1))
            return i;
    }
    watch_look(watch, m);
    return -1;
}

/* Has the reference run ahead for at most count instructions, then the engine for as many, and
 * compares. Returns 1 if it ended before, 0, or -errno with text. */
static int run_ahead(struct session *session, struct watch *watch, uint64_t count,
                     struct outcome *outcome, struct error *error)
{
    const uint64_t before = session->now.state.executed;
    struct baby ahead = session->now.state;
    struct outcome unused;
    struct obeyed obeyed;
    int hit = -1;
    int result;

    watch_look(watch, &ahead);
    while (ahead.executed - before < count && hit < 0 && obeyed_step(&ahead, &obeyed))
        hit = watch_hit(watch, &obeyed, &ahead);
    result = run_engine(session, ahead.executed - before, 0, &unused, error);
    if (result < 0)
        return result;
    /* An interruption has come in between: the engine is not there yet. */
    if (session->now.state.executed != ahead.executed) {
        *outcome = unused;
        return 1;
    }
    if (!step_same(&ahead, &session->now.state))
        return differs(&ahead, &session->now.state, error);
    session->has_last = true;
    session->last = obeyed;
    if (hit < 0)
        return 0;
    outcome->end = hit < SESSION_BREAKPOINTS ? SESSION_BREAKPOINT : SESSION_UNTIL;
    outcome->breakpoint = (unsigned)hit;
    return 1;
}

/* One piece of the way: with nothing to watch, all but the last instruction by the engine alone. */
static int go_on(struct session *session, struct watch *watch, uint64_t count, uint64_t deadline,
                 struct outcome *outcome, struct error *error)
{
    if (!watch->used && count == UINT64_MAX)
        return run_engine(session, count, deadline, outcome, error);
    if (!watch->used && count > 1)
        return run_engine(session, count - 1, deadline, outcome, error);
    return run_ahead(session, watch, count < AHEAD ? count : AHEAD, outcome, error);
}

static int go(struct session *session, const struct order *order, struct watch *watch,
              bool through_stp, struct outcome *outcome, struct error *error)
{
    const uint64_t deadline = order->nanoseconds ? clock_now() + order->nanoseconds : 0;
    uint64_t left = order->count;
    int result = 0;

    outcome->end = SESSION_DONE;
    session->period = 0;
    while (left > 0 && result == 0) {
        const uint64_t before = session->now.state.executed;

        result = go_on(session, watch, left, deadline, outcome, error);
        if (left != UINT64_MAX)
            left -= session->now.state.executed - before;
        if (result == 0 && session->now.stop == STOP_STP && !through_stp) {
            outcome->end = SESSION_STP;
            result = 1;
        }
        if (result == 0 && left > 0 && is_over(deadline, outcome))
            result = 1;
    }
    return result < 0 ? result : 0;
}

int session_go(struct session *session, const struct order *order, struct outcome *outcome,
               struct error *error)
{
    struct watch watch;

    watch_begin(&watch, session, order->until);
    return go(session, order, &watch, false, outcome, error);
}

/* Runs from a moment to the instruction of that number. */
static int run_again(struct session *session, const struct moment *from, uint64_t executed,
                     const struct order *order, struct outcome *outcome, struct error *error)
{
    const struct order rest = {
        .count = executed - from->state.executed,
        .nanoseconds = order->nanoseconds,
    };
    struct watch none = {.used = 0};

    session->now = *from;
    session->has_last = false;
    return go(session, &rest, &none, true, outcome, error);
}

int session_travel(struct session *session, uint64_t executed, const struct order *order,
                   struct outcome *outcome, struct error *error)
{
    const struct moment *from = &session->now;

    if (executed < session->now.state.executed)
        from = history_cut(&session->history, executed);
    if (!from)
        return error_set(error, STATUS_DATA, ERANGE,
                         "the history begins at instruction %llu of the session",
                         (unsigned long long)session->history.moments[0].state.executed);
    return run_again(session, from, executed, order, outcome, error);
}

void session_change(struct session *session, const struct baby *state)
{
    const uint64_t executed = session->now.state.executed;

    session->now.state = *state;
    session->now.state.executed = executed;
    session->has_last = false;
    session->period = 0;
    history_change(&session->history, &session->now);
}

void session_load(struct session *session, const struct baby *state)
{
    session->now.since = session->now.state.executed - state->executed;
    session->now.stop = STOP_LIMIT;
    session_change(session, state);
}

int session_undo(struct session *session, const struct order *order, struct outcome *outcome,
                 struct error *error)
{
    const struct moment *change = history_undo(&session->history);

    if (!change)
        return error_set(error, STATUS_DATA, ENOENT, "there is no change to undo");
    return run_again(session, history_last(&session->history), change->state.executed, order,
                     outcome, error);
}

int session_add_breakpoint(struct session *session, const struct breakpoint *breakpoint,
                           struct error *error)
{
    for (int i = 0; i < SESSION_BREAKPOINTS; i++)
        if (session->breakpoints[i].kind == BREAKPOINT_NONE) {
            session->breakpoints[i] = *breakpoint;
            return i;
        }
    return error_set(error, STATUS_DATA, ENOSPC, "there is room for %d breakpoints alone",
                     SESSION_BREAKPOINTS);
}
