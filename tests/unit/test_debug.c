/* A debugger's session, forward, back and across changes, against the reference step by step. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "debug/session.h"
#include "ssem/step.h"
#include "suites.h"
#include "trial/random.h"
#include "trial/random_store.h"

#define PROGRAMS 40
#define ACTS     60
#define LONGEST  3000 /* instructions of one act */
#define TAPE     (ACTS * LONGEST + 1)

static struct error error;
static struct machine *machine;
static struct session session;
static const struct order go_far = {.count = UINT64_MAX};

/* What the session must be able to go back to: every state there was. */
static struct moment tape[TAPE];
static size_t tape_end;

static void open_machine(void)
{
    const struct machine_config config = {
        .backend = BACKEND_NATIVE, .engine = ENGINE_LEAP, .seconds = 3600};

    error = (struct error){0};
    ck_assert_msg(machine_open(&machine, &config, &error) == 0, "%s", error.text);
}

static void close_machine(void)
{
    machine_close(machine);
}

static const struct baby *top(void)
{
    return &tape[tape_end - 1].state;
}

static void tape_step(uint64_t count)
{
    while (count-- > 0) {
        tape[tape_end] = tape[tape_end - 1];
        tape[tape_end].changed = false;
        tape[tape_end].state.executed++;
        step(&tape[tape_end++].state);
    }
}

static void tape_change(const struct baby *state)
{
    tape[tape_end] = (struct moment){.state = *state, .changed = true};
    tape[tape_end].state.executed = top()->executed;
    tape_end++;
}

static bool tape_undo(void)
{
    size_t at = tape_end - 1;

    while (at > 0 && !tape[at].changed)
        at--;
    if (at > 0)
        tape_end = at;
    return at > 0;
}

static void travel(uint64_t executed)
{
    struct outcome outcome;

    ck_assert_msg(session_travel(&session, executed, &go_far, &outcome, &error) == 0, "%s",
                  error.text);
    ck_assert_int_eq(outcome.end, SESSION_DONE);
}

static void is_on_tape(const char *what, int program, int act)
{
    const struct baby *m = &session.now.state;

    ck_assert_msg(m->executed == top()->executed && step_same(m, top()),
                  "program %d, act %d, %s: at %llu A is %d, CI %u; on the tape at %llu A is %d, CI "
                  "%u",
                  program, act, what, (unsigned long long)m->executed, (int)m->a, (unsigned)m->ci,
                  (unsigned long long)top()->executed, (int)top()->a, (unsigned)top()->ci);
}

static void act_at_random(int program, int act, uint64_t *random)
{
    const uint64_t executed = session.now.state.executed;
    struct baby changed = session.now.state;
    struct outcome outcome;
    uint64_t count;

    switch (random_below(random, 6)) {
    case 0:
    case 1:
        count = random_below(random, random_below(random, 2) ? LONGEST : 4);
        travel(executed + count);
        tape_step(count);
        is_on_tape("forward", program, act);
        break;
    case 2:
    case 3:
        count = random_below(random, random_below(random, 2) ? 3 * LONGEST : 4);
        count = count < executed ? count : executed;
        travel(executed - count);
        while (top()->executed > executed - count)
            tape_end--;
        is_on_tape("back", program, act);
        break;
    case 4:
        changed.store[random_below(random, ABI_LINES)] = random_store_word(random);
        if (random_below(random, 4) == 0)
            changed.a = (uint32_t)random_next(random);
        if (random_below(random, 4) == 0)
            changed.ci = random_below(random, ABI_LINES);
        session_change(&session, &changed);
        tape_change(&changed);
        is_on_tape("change", program, act);
        break;
    default:
        if (tape_undo())
            ck_assert_int_eq(session_undo(&session, &go_far, &outcome, &error), 0);
        else
            ck_assert_int_eq(session_undo(&session, &go_far, &outcome, &error), -ENOENT);
        is_on_tape("undo", program, act);
    }
}

START_TEST(goes_anywhere_as_steps_do)
{
    uint64_t random = 1948;

    for (int program = 0; program < PROGRAMS; program++) {
        random_store(&tape[0].state, &random);
        tape[0].state.executed = 0;
        tape_end = 1;
        session_begin(&session, machine, &tape[0].state);
        for (int act = 0; act < ACTS; act++)
            act_at_random(program, act, &random);
    }
}
END_TEST

/* More moments than are kept, so that the history is thinned out twice. */
START_TEST(goes_back_far)
{
    const uint64_t piece = 1024, pieces = 5 * HISTORY_MOMENTS;
    uint64_t random = 21;
    struct baby start, expected;

    random_store(&start, &random);
    start.executed = 0;
    session_begin(&session, machine, &start);
    for (uint64_t i = 1; i <= pieces; i++) {
        travel(i * piece);
        ck_assert_uint_le(session.history.count, HISTORY_MOMENTS);
    }
    for (uint64_t at = pieces * piece; at > 0; at -= random_below(&random, (uint32_t)at) + 1) {
        travel(at);
        expected = start;
        for (uint64_t i = 0; i < at; i++)
            step(&expected);
        ck_assert(step_same(&session.now.state, &expected));
        ck_assert_uint_eq(session.now.state.executed, at);
    }
}
END_TEST

START_TEST(forgets_the_oldest_of_many_changes)
{
    struct baby state = {0};
    struct outcome outcome;
    int undone = 0;

    session_begin(&session, machine, &state);
    for (uint32_t i = 1; i <= 3 * HISTORY_MOMENTS; i++) {
        travel(i);
        state = session.now.state;
        state.store[31] = i;
        session_change(&session, &state);
    }
    ck_assert_int_eq(session_travel(&session, 1, &go_far, &outcome, &error), -ERANGE);
    ck_assert_uint_eq(session.now.state.store[31], 3 * HISTORY_MOMENTS);
    while (session_undo(&session, &go_far, &outcome, &error) == 0) {
        undone++;
        ck_assert_uint_eq(session.now.state.store[31], session.now.state.executed - 1);
    }
    ck_assert_int_ge(undone, HISTORY_MOMENTS / 4);
}
END_TEST

/* A breakpoint as its definition says it, from the states before and after. */
static bool is_hit(const struct breakpoint *b, const struct baby *before, const struct baby *after)
{
    const uint32_t pi = before->store[(before->ci + 1) % 32];
    const bool a_was = (before->a & 0x80000000u) != 0, a_is = (after->a & 0x80000000u) != 0;

    switch (b->kind) {
    case BREAKPOINT_LINE:
        return (after->ci + 1) % 32 == b->place;
    case BREAKPOINT_STORE:
        return (pi >> 13 & 7) == 3 && (pi & 31) == b->place;
    default:
        if (b->place == PLACE_A)
            return b->relation == BREAKPOINT_BELOW ? a_is && !a_was : a_was && !a_is;
        return after->store[b->place] == b->value && before->store[b->place] != b->value;
    }
}

static struct breakpoint random_breakpoint(const struct baby *m, uint64_t *random)
{
    struct breakpoint b = {.place = random_below(random, ABI_LINES)};

    switch (random_below(random, 4)) {
    case 0:
        b.kind = BREAKPOINT_LINE;
        break;
    case 1:
        b.kind = BREAKPOINT_STORE;
        break;
    case 2:
        b.kind = BREAKPOINT_VALUE;
        b.place = PLACE_A;
        b.relation = random_below(random, 2) ? BREAKPOINT_BELOW : BREAKPOINT_AT_LEAST;
        break;
    default:
        b.kind = BREAKPOINT_VALUE;
        b.relation = BREAKPOINT_EQUAL;
        b.value = 0u - m->store[random_below(random, ABI_LINES)];
    }
    return b;
}

static void stops_where_it_must(int program, uint64_t *random)
{
    const struct order order = {.count = 500};
    struct baby m = session.now.state;
    struct outcome outcome, expected = {.end = SESSION_DONE};
    uint64_t count = 0;

    while (count < order.count && expected.end == SESSION_DONE) {
        const struct baby before = m;
        const bool goes_on = step(&m);

        count++;
        for (unsigned i = 0; i < 3 && expected.end == SESSION_DONE && goes_on; i++)
            if (is_hit(&session.breakpoints[i], &before, &m))
                expected = (struct outcome){SESSION_BREAKPOINT, i};
        if (!goes_on)
            expected.end = SESSION_STP;
    }
    ck_assert_msg(session_go(&session, &order, &outcome, &error) == 0, "%s", error.text);
    ck_assert_msg(
        outcome.end == expected.end && step_same(&session.now.state, &m) &&
            (outcome.end != SESSION_BREAKPOINT || outcome.breakpoint == expected.breakpoint),
        "program %d: ended by %d, expected %d", program, outcome.end, expected.end);
    ck_assert_uint_eq(session.last.number, session.now.state.executed);
    session.breakpoints[0] = random_breakpoint(&m, random);
}

START_TEST(stops_at_breakpoints)
{
    uint64_t random = 1998;
    struct baby start;

    for (int program = 0; program < 10 * PROGRAMS; program++) {
        random_store(&start, &random);
        session_begin(&session, machine, &start);
        for (int i = 0; i < 3; i++) {
            const struct breakpoint b = random_breakpoint(&start, &random);

            ck_assert_int_eq(session_add_breakpoint(&session, &b, &error), i);
        }
        for (int i = 0; i < 10; i++)
            stops_where_it_must(program, &random);
    }
}
END_TEST

START_TEST(refuses_one_breakpoint_too_many)
{
    const struct breakpoint b = {.kind = BREAKPOINT_LINE};

    session_begin(&session, machine, &(struct baby){0});
    for (int i = 0; i < SESSION_BREAKPOINTS; i++)
        ck_assert_int_eq(session_add_breakpoint(&session, &b, &error), i);
    ck_assert_int_eq(session_add_breakpoint(&session, &b, &error), -ENOSPC);
}
END_TEST

START_TEST(loads_count_anew_and_are_undone)
{
    const struct baby other = {.store = {[1] = 0xe000}};
    struct outcome outcome;
    struct baby before;

    session_begin(&session, machine, &(struct baby){.a = 5});
    travel(10);
    before = session.now.state;
    session_load(&session, &other);
    ck_assert_uint_eq(session_executed(&session), 0);
    ck_assert_int_eq(session_go(&session, &go_far, &outcome, &error), 0);
    ck_assert_int_eq(outcome.end, SESSION_STP);
    ck_assert_uint_eq(session_executed(&session), 1);
    ck_assert_int_eq(session_undo(&session, &go_far, &outcome, &error), 0);
    ck_assert(step_same(&session.now.state, &before));
    ck_assert_uint_eq(session_executed(&session), 10);
}
END_TEST

static const struct {
    const char *text;
    bool good;
    const char *shown;
} breakpoints[] = {
    {"13", true, "line 13"},
    {"line 13", true, "line 13"},
    {"store 27", true, "store 27"},
    {"A<0", true, "A<0"},
    {"a >= 0", true, "A>=0"},
    {"27 = -5", true, "27=-5"},
    {"27=0x10", true, "27=16"},
    {"ci!=3", true, "CI!=3"},
    {"0<=LDN 5", true, "0<=16389"},
    {"32", false, NULL},
    {"A", false, NULL},
    {"store A", false, NULL},
    {"", false, NULL},
    {"27=", false, NULL},
    {"27==5", false, NULL},
    {"line", false, NULL},
    {"27=4294967296", false, NULL},
    {"A<loop", false, NULL},
    {"27=LDN 32", false, NULL},
    {"-1", false, NULL},
    {"line 13 14", false, NULL},
};

START_TEST(reads_breakpoints)
{
    struct breakpoint b;
    char text[BREAKPOINT_TEXT];

    ck_assert_msg(breakpoint_read(&b, breakpoints[_i].text) == breakpoints[_i].good, "%s",
                  breakpoints[_i].text);
    if (breakpoints[_i].good)
        ck_assert_str_eq(breakpoint_text(&b, text), breakpoints[_i].shown);
}
END_TEST

Suite *suite_debug(void)
{
    Suite *suite = suite_create("debug");
    TCase *tests = tcase_create("session");
    TCase *texts = tcase_create("text");

    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, open_machine, close_machine);
    tcase_add_test(tests, goes_anywhere_as_steps_do);
    tcase_add_test(tests, goes_back_far);
    tcase_add_test(tests, forgets_the_oldest_of_many_changes);
    tcase_add_test(tests, stops_at_breakpoints);
    tcase_add_test(tests, refuses_one_breakpoint_too_many);
    tcase_add_test(tests, loads_count_anew_and_are_undone);
    suite_add_tcase(suite, tests);
    tcase_add_loop_test(texts, reads_breakpoints, 0,
                        (int)(sizeof(breakpoints) / sizeof(breakpoints[0])));
    suite_add_tcase(suite, texts);
    return suite;
}
