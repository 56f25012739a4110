/* A wall-clock limit that ends whatever does not end by itself: a guest that never gives control
 * back, an engine called natively, a file that nobody reads or writes. */
#ifndef VMM_WATCHDOG_H
#define VMM_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* The signals of the watchdog: so many from SIGRTMIN on. */
#define WATCHDOG_SIGNALS 2

/* Starts the one watchdog of the process, in place of a running one: after this many seconds, and
 * every 10 ms from then on, a signal to the calling thread writes 1 to *immediate_exit, the field
 * of struct kvm_run, so that neither a running KVM_RUN nor one about to start is missed (api.rst,
 * immediate_exit). From 20 ms later on, a call of the kernel that waits for others, as a write to a
 * pipe that nobody reads, ends with EINTR; those 20 ms are for who is slow to read what the time
 * limit has to say. The field is 0 at first; NULL for none. What the process has inherited, blocked
 * signals or timers, makes no difference. Returns 0, or -errno with text and status 71. */
int watchdog_start(uint8_t *immediate_exit, double seconds, struct error *error);

/* Has the signals write to another field, or to none for NULL, within the time that is left. */
void watchdog_aim(uint8_t *immediate_exit);

/* From now on a first signal of that number is as if the time were up, and a second one does what
 * it did before; unless it is ignored, or has a handler. */
void watchdog_catch(int signal_number);

/* The number of that signal if it has come, or 0. */
int watchdog_interrupted(void);

/* Whether the time is up. */
bool watchdog_expired(void);

/* Whether it is, or a signal was caught. */
bool watchdog_over(void);

/* Calls call(context), or leaves it when the time is up: then returns false, and what it was about
 * to change is in any state. It must not hold what others need: no lock, no memory of malloc(). */
bool watchdog_call(void (*call)(void *context), void *context);

/* Stops the watchdog; no call is interrupted and *immediate_exit is not touched afterwards. Its
 * timers stay, so that another start asks the kernel for timer_settime() alone. */
void watchdog_stop(void);

#endif
