/* A wall-clock limit that ends whatever does not end by itself: a guest that never gives control
 * back, an engine called natively, a file that nobody reads or writes.
 *
 * Two timers, since a call of the kernel that a signal handler interrupts is either restarted or
 * not: the first signal is for the guest and lets a write go on, the second is for the write.
 * Both are real-time signals: who inherits an alarm() keeps what SIGALRM means to it. */
#include "vmm/watchdog.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS        (1000 * 1000 * 1000)
#define REPEAT_NS (10 * 1000 * 1000)
#define GRACE_NS  (20 * 1000 * 1000)
#define NUDGE_NS  (2 * 1000 * 1000)

enum { EXPIRE, NUDGE, TIMERS };

_Static_assert(TIMERS == WATCHDOG_SIGNALS, "a signal for each timer");

static volatile sig_atomic_t expired;
static volatile sig_atomic_t interrupted;
static volatile uint8_t *volatile target;
static volatile sig_atomic_t calling;
static sigjmp_buf called;
static timer_t timers[TIMERS];
static bool running;

static void expire(int signal_number)
{
    volatile uint8_t *immediate_exit = target;

    (void)signal_number;
    expired = 1;
    if (immediate_exit)
        *immediate_exit = 1;
    if (calling)
        siglongjmp(called, 1);
}

static void interrupt(int signal_number)
{
    interrupted = signal_number;
    expire(signal_number);
}

/* That it was called is what makes a call of the kernel end. */
static void nudge(int signal_number)
{
    (void)signal_number;
}

static int create_timer(int index)
{
    const int signal_number = SIGRTMIN + index;
    /* SA_NODEFER, as expire() may leave either handler for good, and the mask as it is then. */
    const struct sigaction actions[TIMERS] = {
        [EXPIRE] = {.sa_handler = expire, .sa_flags = SA_RESTART | SA_NODEFER},
        [NUDGE] = {.sa_handler = nudge, .sa_flags = SA_NODEFER},
    };
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = signal_number};
    sigset_t mask;

    event._sigev_un._tid = gettid();
    sigemptyset(&mask);
    sigaddset(&mask, signal_number);
    if (sigaction(signal_number, &actions[index], NULL) < 0 ||
        sigprocmask(SIG_UNBLOCK, &mask, NULL) < 0)
        return -1;
    return timer_create(CLOCK_MONOTONIC, &event, &timers[index]);
}

static int create(void)
{
    if (create_timer(EXPIRE) < 0)
        return -1;
    if (create_timer(NUDGE) < 0) {
        const int code = errno;

        timer_delete(timers[EXPIRE]);
        errno = code;
        return -1;
    }
    running = true;
    return 0;
}

static int set_timer(int index, double seconds, long later_ns, long repeat_ns)
{
    struct itimerspec when = {.it_interval = {0, repeat_ns}};
    double whole;
    const double part = modf(seconds, &whole);

    when.it_value.tv_sec = (time_t)whole;
    when.it_value.tv_nsec = (long)(part * NS) + later_ns;
    if (when.it_value.tv_nsec >= NS) {
        when.it_value.tv_sec++;
        when.it_value.tv_nsec -= NS;
    }
    if (when.it_value.tv_sec == 0 && when.it_value.tv_nsec == 0)
        when.it_value.tv_nsec = 1;
    return timer_settime(timers[index], 0, &when, NULL);
}

int watchdog_start(uint8_t *immediate_exit, double seconds, struct error *error)
{
    int result;

    target = NULL;
    result = running ? 0 : create();
    if (result == 0)
        result = set_timer(EXPIRE, seconds, 0, REPEAT_NS);
    if (result == 0)
        result = set_timer(NUDGE, seconds, GRACE_NS, NUDGE_NS);
    if (result < 0) {
        int code = errno;

        watchdog_stop();
        return error_set(error, STATUS_SYSTEM, code, "cannot set the time limit: %s%s",
                         strerror(code),
                         code == EAGAIN ? "; raise the limit of pending signals (ulimit -i)" : "");
    }
    /* A signal of the limit before this one has come by now. One of this limit may have come too,
     * if it is that short; the next one is not far. */
    expired = 0;
    if (immediate_exit)
        *immediate_exit = 0;
    target = immediate_exit;
    return 0;
}

void watchdog_aim(uint8_t *immediate_exit)
{
    target = immediate_exit;
}

void watchdog_catch(int signal_number)
{
    const struct sigaction action = {.sa_handler = interrupt,
                                     .sa_flags = SA_RESTART | SA_NODEFER | SA_RESETHAND};
    struct sigaction before;

    if (sigaction(signal_number, NULL, &before) == 0 && before.sa_handler == SIG_DFL)
        sigaction(signal_number, &action, NULL);
}

int watchdog_interrupted(void)
{
    return interrupted;
}

bool watchdog_expired(void)
{
    return expired;
}

bool watchdog_over(void)
{
    return expired || interrupted;
}

bool watchdog_call(void (*call)(void *context), void *context)
{
    if (sigsetjmp(called, 0) != 0) {
        calling = 0;
        return false;
    }
    calling = 1;
    if (!expired)
        call(context);
    calling = 0;
    return !expired;
}

void watchdog_stop(void)
{
    const struct itimerspec never = {.it_value = {0, 0}};

    for (int i = 0; i < TIMERS && running; i++)
        timer_settime(timers[i], 0, &never, NULL);
    expired = 0;
    target = NULL;
}
