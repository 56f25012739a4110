/* The native backend: what of it is writable and executable, and what the time limit does to it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/workloads.h"
#include "machine/native.h"
#include "ssem/step.h"
#include "suites.h"
#include "vmm/layout.h"
#include "vmm/watchdog.h"

#define STEPS 5000

static struct error error;

static void stop(void)
{
    watchdog_stop();
}

static void open_engine(enum engine engine)
{
    ck_assert_msg(native_open(engine, &error) == 0, "%s", error.text);
}

/* How many pieces of memory are both writable and executable in this process, at one address or at
 * two. */
static int count_both(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    struct {
        unsigned long inode;
        bool writable, executable;
    } shared[16];
    size_t count = 0;
    char line[512];
    int both = 0;

    ck_assert_ptr_nonnull(maps);
    while (fgets(line, sizeof(line), maps)) {
        char flags[8];
        unsigned long inode;
        size_t i = 0;

        if (sscanf(line, "%*s %7s %*s %*s %lu", flags, &inode) != 2)
            continue;
        both += flags[1] == 'w' && flags[2] == 'x';
        if (!strstr(line, "memfd:babyvisor"))
            continue;
        while (i < count && shared[i].inode != inode)
            i++;
        if (i == count) {
            ck_assert_uint_lt(count, sizeof(shared) / sizeof(shared[0]));
            memset(&shared[count], 0, sizeof(shared[0]));
            shared[count++].inode = inode;
        }
        shared[i].writable |= flags[1] == 'w';
        shared[i].executable |= flags[2] == 'x';
    }
    fclose(maps);
    for (size_t i = 0; i < count; i++)
        both += shared[i].writable && shared[i].executable;
    return both;
}

START_TEST(writes_nothing_that_executes)
{
    const enum engine engine = (enum engine)_i;

    const bool has_cache = LAYOUT_CACHE_ENGINES >> engine & 1;

    open_engine(engine);
    ck_assert_int_eq(count_both(), has_cache || engine == ENGINE_STATIC);
    native_seal();
    ck_assert_int_eq(count_both(), has_cache);
    native_close();
    ck_assert_int_eq(count_both(), 0);
}
END_TEST

START_TEST(shares_what_engines_need)
{
    open_engine(ENGINE_DISPATCH);
    open_engine(ENGINE_STATIC);
    open_engine(ENGINE_DYNAMIC);
    open_engine(ENGINE_DYNAMIC);
    ck_assert_int_eq(count_both(), 2);
    native_seal();
    for (int i = 0; i < 3; i++) {
        native_close();
        ck_assert_int_eq(count_both(), 1);
    }
    native_close();
    ck_assert_int_eq(count_both(), 0);
}
END_TEST

static void assert_runs(enum engine engine, const struct baby *start, const char *what)
{
    struct baby expected = *start, got = *start;
    struct abi_counters counters;
    enum stop stopped, stops = step_run(&expected, STEPS);

    ck_assert_msg(native_run(engine, &got, STEPS, &stopped, &counters) == 0, "%s: no time", what);
    ck_assert_msg(stopped == stops && step_same(&got, &expected) &&
                      got.executed == expected.executed,
                  "%s: differs from the reference", what);
}

/* Once sealed the pages stay as they are: `static` interprets another program. */
START_TEST(stays_right_when_sealed)
{
    open_engine(ENGINE_STATIC);
    native_prepare(&workloads[0].start);
    native_seal();
    for (unsigned i = 0; i < workload_count; i++) {
        native_prepare(&workloads[i].start);
        assert_runs(ENGINE_STATIC, &workloads[i].start, workloads[i].name);
    }
    native_close();
}
END_TEST

/* The last workload multiplies for ever: no engine gives control back. */
START_TEST(time_limit_ends_any_budget)
{
    const enum engine engine = (enum engine)_i;

    open_engine(engine);
    for (int i = 0; i < 3; i++) {
        struct baby m = workloads[workload_count - 1].start;
        struct abi_counters counters;
        enum stop stopped;

        native_prepare(&m);
        ck_assert_int_eq(watchdog_start(NULL, 0.02, &error), 0);
        ck_assert_int_eq(native_run(engine, &m, UINT64_MAX, &stopped, &counters), -ETIME);
    }
    native_close();
}
END_TEST

/* Wherever the limit meets an engine, it is right afterwards. */
START_TEST(is_right_after_the_time_limit)
{
    const enum engine engine = (enum engine)_i;

    open_engine(engine);
    for (unsigned i = 0; i < 10 * workload_count; i++) {
        const struct baby *start = &workloads[i % workload_count].start;
        const char *name = workloads[i % workload_count].name;
        struct baby m = *start;
        struct abi_counters counters;
        enum stop stopped = STOP_LIMIT;

        native_prepare(start);
        ck_assert_int_eq(watchdog_start(NULL, 1e-5 * (1 + i * 7 % 100), &error), 0);
        while (native_run(engine, &m, UINT64_MAX, &stopped, &counters) == 0)
            m = *start;
        watchdog_stop();
        assert_runs(engine, start, name);
    }
    native_close();
}
END_TEST

Suite *suite_native(void)
{
    Suite *suite = suite_create("native");
    TCase *tests = tcase_create("native");

    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, NULL, stop);
    tcase_add_loop_test(tests, writes_nothing_that_executes, 0, ENGINE_COUNT);
    tcase_add_test(tests, shares_what_engines_need);
    tcase_add_test(tests, stays_right_when_sealed);
    tcase_add_loop_test(tests, time_limit_ends_any_budget, 0, ENGINE_COUNT);
    tcase_add_loop_test(tests, is_right_after_the_time_limit, 0, ENGINE_COUNT);
    suite_add_tcase(suite, tests);
    return suite;
}
