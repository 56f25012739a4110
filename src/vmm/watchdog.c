/* A wall-clock limit that also ends a guest which never gives control back. */
#include "vmm/watchdog.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define REPEAT_NS (10 * 1000 * 1000)

static volatile sig_atomic_t expired;
static volatile uint8_t *volatile target;
static timer_t timer;
static bool running;

static void expire(int signal_number)
{
    volatile uint8_t *immediate_exit = target;

    (void)signal_number;
    expired = 1;
    if (immediate_exit)
        *immediate_exit = 1;
}

static int create(void)
{
    struct sigaction action = {.sa_handler = expire};
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM};

    event._sigev_un._tid = gettid();
    if (sigaction(SIGALRM, &action, NULL) < 0 || timer_create(CLOCK_MONOTONIC, &event, &timer) < 0)
        return -1;
    running = true;
    return 0;
}

int watchdog_start(uint8_t *immediate_exit, double seconds, struct error *error)
{
    struct itimerspec when = {.it_interval = {0, REPEAT_NS}};
    double whole;
    double part = modf(seconds, &whole);
    int result;

    when.it_value.tv_sec = (time_t)whole;
    when.it_value.tv_nsec = (long)(part * 1e9);
    if (when.it_value.tv_sec == 0 && when.it_value.tv_nsec == 0)
        when.it_value.tv_nsec = 1;
    target = NULL;
    result = running ? 0 : create();
    if (result == 0)
        result = timer_settime(timer, 0, &when, NULL);
    if (result < 0) {
        int code = errno;

        watchdog_stop();
        return error_set(error, STATUS_SYSTEM, code, "cannot set the time limit: %s",
                         strerror(code));
    }
    expired = 0;
    target = immediate_exit;
    return 0;
}

bool watchdog_expired(void)
{
    return expired;
}

void watchdog_stop(void)
{
    if (running)
        timer_delete(timer);
    running = false;
    target = NULL;
}
