/* A wall-clock limit that also ends a guest which never gives control back. */
#ifndef VMM_WATCHDOG_H
#define VMM_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* Starts the one watchdog of the process, in place of a running one: after this many seconds, and
 * every 10 ms from then on, a signal to the calling thread writes 1 to *immediate_exit, the field
 * of struct kvm_run, so that neither a running KVM_RUN nor one about to start is missed (api.rst,
 * immediate_exit). Returns 0, or -errno with text and status 71. */
int watchdog_start(uint8_t *immediate_exit, double seconds, struct error *error);

/* Whether the time is up. */
bool watchdog_expired(void);

/* Stops the watchdog; *immediate_exit is not touched afterwards. */
void watchdog_stop(void);

#endif
