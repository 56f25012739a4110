/* The time limit: that it comes, whatever was there before, for each machine, and what it ends. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "suites.h"
#include "vmm/watchdog.h"

#define SHORT 0.02
#define LONG  3600

static struct error error;
static uint8_t first, second; /* immediate_exit of two machines */

static void stop(void)
{
    watchdog_stop();
}

static void start(uint8_t *immediate_exit, double seconds)
{
    ck_assert_msg(watchdog_start(immediate_exit, seconds, &error) == 0, "%s", error.text);
}

static void wait_until_expired(void)
{
    while (!watchdog_expired())
        usleep(1000);
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

START_TEST(expires)
{
    const double began = now();

    start(&first, SHORT);
    ck_assert(!watchdog_expired());
    wait_until_expired();
    ck_assert_uint_eq(first, 1);
    ck_assert_double_ge(now() - began, SHORT);
}
END_TEST

/* Again and again: a KVM_RUN that has just begun when the first signal comes. */
START_TEST(repeats)
{
    start(&first, SHORT);
    wait_until_expired();
    for (int i = 0; i < 3; i++) {
        first = 0;
        while (!*(volatile uint8_t *)&first)
            usleep(1000);
    }
}
END_TEST

/* A signal that comes when the run is over must not end the next one. */
START_TEST(next_run_begins_anew)
{
    start(&first, SHORT);
    wait_until_expired();
    start(&first, LONG);
    ck_assert_uint_eq(first, 0);
    ck_assert(!watchdog_expired());
}
END_TEST

START_TEST(aims_at_one_machine)
{
    start(&first, SHORT);
    watchdog_aim(&second);
    wait_until_expired();
    ck_assert_uint_eq(first, 0);
    ck_assert_uint_eq(second, 1);
    start(&first, SHORT);
    watchdog_aim(NULL);
    wait_until_expired();
    ck_assert_uint_eq(first, 0);
}
END_TEST

/* What a process inherits: signals that are blocked and pending, */
START_TEST(inherits_no_blocked_signal)
{
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(raise(SIGRTMIN + i), 0);
    start(&first, LONG);
    ck_assert(!watchdog_expired());
    ck_assert_uint_eq(first, 0);
    start(&first, SHORT);
    wait_until_expired();
    ck_assert_uint_eq(first, 1);
}
END_TEST

/* signals that are ignored, and an alarm(). */
START_TEST(inherits_no_alarm)
{
    const struct itimerval alarm = {.it_value = {0, 1000}};

    for (int number = 1; number <= SIGRTMAX; number++)
        if (number != SIGKILL && number != SIGSTOP && number != SIGCHLD)
            signal(number, SIG_IGN);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &alarm, NULL), 0);
    start(&first, LONG);
    usleep(50 * 1000);
    ck_assert(!watchdog_expired());
    start(&first, SHORT);
    wait_until_expired();
}
END_TEST

START_TEST(tells_when_it_cannot)
{
    struct rlimit before, none;
    int result;

    ck_assert_int_eq(getrlimit(RLIMIT_SIGPENDING, &before), 0);
    none = (struct rlimit){0, before.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_SIGPENDING, &none), 0);
    result = watchdog_start(&first, SHORT, &error);
    setrlimit(RLIMIT_SIGPENDING, &before); /* Check has a timer of its own */
    ck_assert_int_eq(result, -EAGAIN);
    ck_assert_int_eq(error.status, STATUS_SYSTEM);
    ck_assert_ptr_nonnull(strstr(error.text, "cannot set the time limit: "));
    ck_assert_ptr_nonnull(strstr(error.text, "ulimit -i"));
}
END_TEST

/* Who waits for others: not before the limit has been over for a moment, and not for ever after it.
 * Often, as a busy machine is late by itself. */
START_TEST(ends_waiting)
{
    int ends[2];
    char byte;

    ck_assert_int_eq(pipe(ends), 0);
    for (int i = 0; i < 20; i++) {
        const double began = now();

        start(NULL, SHORT);
        ck_assert_int_eq(read(ends[0], &byte, 1), -1);
        ck_assert_int_eq(errno, EINTR);
        ck_assert_double_ge(now() - began, SHORT + 0.02);
        ck_assert(watchdog_expired());
    }
    ck_assert_int_eq(read(ends[0], &byte, 1), -1);
    ck_assert_int_eq(errno, EINTR);
}
END_TEST

static void run_for_ever(void *context)
{
    volatile unsigned *count = context;

    for (;;)
        ++*count;
}

static void count_once(void *context)
{
    ++*(unsigned *)context;
}

/* More than once, so that no signal stays blocked; and not at all once the time is up. */
START_TEST(leaves_a_call)
{
    for (int i = 0; i < 3; i++) {
        unsigned count = 0;

        start(NULL, SHORT);
        ck_assert(!watchdog_call(run_for_ever, &count));
        ck_assert_uint_gt(count, 0);
        ck_assert(watchdog_expired());
        count = 0;
        ck_assert(!watchdog_call(count_once, &count));
        ck_assert_uint_eq(count, 0);
    }
}
END_TEST

START_TEST(lets_a_call_end)
{
    unsigned count = 0;

    start(&first, SHORT);
    ck_assert(watchdog_call(count_once, &count));
    ck_assert_uint_eq(count, 1);
    wait_until_expired();
    ck_assert_uint_eq(first, 1);
}
END_TEST

START_TEST(stops)
{
    start(&first, SHORT);
    watchdog_stop();
    usleep((useconds_t)(3 * SHORT * 1e6));
    ck_assert(!watchdog_expired());
    ck_assert_uint_eq(first, 0);
}
END_TEST

Suite *suite_watchdog(void)
{
    Suite *suite = suite_create("watchdog");
    TCase *tests = tcase_create("watchdog");

    tcase_set_timeout(tests, 20);
    tcase_add_checked_fixture(tests, NULL, stop);
    tcase_add_test(tests, expires);
    tcase_add_test(tests, repeats);
    tcase_add_test(tests, next_run_begins_anew);
    tcase_add_test(tests, aims_at_one_machine);
    tcase_add_test(tests, inherits_no_blocked_signal);
    tcase_add_test(tests, inherits_no_alarm);
    tcase_add_test(tests, tells_when_it_cannot);
    tcase_add_test(tests, ends_waiting);
    tcase_add_test(tests, leaves_a_call);
    tcase_add_test(tests, lets_a_call_end);
    tcase_add_test(tests, stops);
    suite_add_tcase(suite, tests);
    return suite;
}
