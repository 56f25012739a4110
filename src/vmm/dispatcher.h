/* The dispatcher: enters the guest and sends each exit to the routine for its reason. */
#ifndef VMM_DISPATCHER_H
#define VMM_DISPATCHER_H

#include "base/error.h"
#include "vmm/guest.h"

/* Runs the guest until it rings the doorbell. Returns 0 then, -ETIME with text and status 124 when
 * the watchdog's time is up, or -errno with text and status: 80 the guest faulted, broke the
 * protocol or left guest mode in an unexpected way; 70 KVM could not enter it; 71
 * KVM_RUN failed. After an error the VM is only good for vm_close(). */
int dispatcher_run(struct guest *guest, struct error *error);

/* What dispatcher_run() does with one exit, described by guest->vm.run: 0 to go on, 1 for a
 * doorbell, or -errno with text and status. */
int dispatcher_serve(struct guest *guest, struct error *error);

#endif
