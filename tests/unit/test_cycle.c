/* Cycles: what a run reports of one, against obeying it step by step. */
#include <errno.h>
#include <stdio.h>

#include "measure/cycle.h"
#include "ssem/step.h"
#include "suites.h"
#include "trial/random.h"
#include "trial/random_store.h"

#define PROGRAMS 1500
#define LIMIT    20000 /* instructions, of the search by steps as well */

static struct error error;
static struct machine *machine;

static void open_machine(void)
{
    const struct machine_config config = {
        .backend = BACKEND_NATIVE, .engine = ENGINE_LEAP, .seconds = 3600};

    ck_assert_msg(machine_open(&machine, &config, &error) == 0, "%s", error.text);
}

static void close_machine(void)
{
    machine_close(machine);
}

/* The cycle of the program by Brent's algorithm, with its first state, or period 0 if LIMIT
 * instructions do not show one. */
static struct run by_steps(const struct baby *start)
{
    struct run cycle = {.period = 0};
    struct baby mark = *start, m = *start;
    uint64_t since = 0, renewal = 1;

    for (uint64_t i = 0; i < LIMIT; i++) {
        if (!step(&m))
            return cycle;
        since++;
        if (step_same(&m, &mark)) {
            cycle.period = since;
            break;
        }
        if (since == renewal) {
            mark = m;
            renewal *= 2;
            since = 0;
        }
    }
    m = *start;
    for (uint64_t i = 0; i < cycle.period; i++)
        step(&m);
    mark = *start;
    for (mark.executed = 0; cycle.period && !step_same(&m, &mark); mark.executed++) {
        step(&m);
        step(&mark);
    }
    cycle.state = mark;
    cycle.entered = mark.executed;
    return cycle;
}

static void find(struct run *run, const struct baby *start, const struct run *expected)
{
    ck_assert_msg(cycle_find(run, start, &error) == 0, "%s", error.text);
    ck_assert_uint_eq(run->period, expected->period);
    ck_assert_uint_eq(run->entered, expected->entered);
    ck_assert(run->is_exact);
    if (run_is_endless(run))
        ck_assert(step_same(&run->state, &expected->state));
}

/* Every cycle is found that is short, with its least period and its first state; and what has no
 * limit ends in none but such a one, or by STP. */
START_TEST(finds_what_steps_find)
{
    uint64_t random = 1948;
    unsigned cycles = 0, later = 0;

    for (int i = 0; i < PROGRAMS; i++) {
        struct baby start;
        struct run expected, run;

        random_store(&start, &random);
        expected = by_steps(&start);
        run_begin(&run, machine, &start, expected.period ? UINT64_MAX : LIMIT);
        ck_assert_msg(run_finish(&run, &error) == 0, "%s", error.text);
        if (!expected.period)
            continue;
        ck_assert(run_is_endless(&run));
        find(&run, &start, &expected);
        cycles++;
        later += expected.entered > 10;
    }
    printf("# %u cycles, %u of them after more than 10 instructions\n", cycles, later);
    ck_assert_uint_gt(cycles, PROGRAMS / 10);
    ck_assert_uint_gt(later, PROGRAMS / 100);
}
END_TEST

/* With a limit the run goes on to it, and the state there is exact. */
START_TEST(goes_on_to_a_limit)
{
    uint64_t random = 1949;

    for (int i = 0; i < PROGRAMS; i++) {
        struct baby start, expected;
        struct run run;
        const uint64_t limit = LIMIT + random_below(&random, LIMIT);

        random_store(&start, &random);
        expected = start;
        run_begin(&run, machine, &start, limit);
        ck_assert_msg(run_finish(&run, &error) == 0, "%s", error.text);
        ck_assert_int_eq(run.stop, step_run(&expected, limit));
        ck_assert_uint_eq(run.state.executed, expected.executed);
        ck_assert(step_same(&run.state, &expected));
        ck_assert_uint_le(run.leapt, run.state.executed);
    }
}
END_TEST

/* A period that is a multiple, said of a state long after the first. */
START_TEST(shortens_multiples)
{
    static const uint64_t multiples[] = {1, 2, 3, 4, 36, 210, 1009, 9 * 1009, 1u << 20};
    uint64_t random = 1950;
    unsigned cycles = 0;

    for (int i = 0; i < PROGRAMS / 5; i++) {
        const uint64_t multiple = multiples[i % (sizeof(multiples) / sizeof(multiples[0]))];
        struct baby start;
        struct run expected, run;

        random_store(&start, &random);
        expected = by_steps(&start);
        if (!expected.period)
            continue;
        run_begin(&run, machine, &start, LIMIT + random_below(&random, LIMIT));
        ck_assert_msg(run_finish(&run, &error) == 0, "%s", error.text);
        run.period = expected.period * multiple;
        find(&run, &start, &expected);
        cycles++;
    }
    ck_assert_uint_gt(cycles, PROGRAMS / 100);
}
END_TEST

/* A guest that has lied about it. */
START_TEST(sees_through_a_false_period)
{
    const struct baby start = {.store = {[1] = 5u << 13 | 20, [20] = 1}}; /* SUB 20, all over */
    struct run run;

    run_begin(&run, machine, &start, 1000);
    ck_assert_int_eq(run_finish(&run, &error), 0);
    run.period = 7;
    ck_assert_int_eq(cycle_find(&run, &start, &error), -EPROTO);
    ck_assert_int_eq(error.status, STATUS_GUEST);
}
END_TEST

Suite *suite_cycle(void)
{
    Suite *suite = suite_create("cycle");
    TCase *tests = tcase_create("cycle");

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, open_machine, close_machine);
    tcase_add_test(tests, finds_what_steps_find);
    tcase_add_test(tests, goes_on_to_a_limit);
    tcase_add_test(tests, shortens_multiples);
    tcase_add_test(tests, sees_through_a_false_period);
    suite_add_tcase(suite, tests);
    return suite;
}
