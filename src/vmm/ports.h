/* The interpreter for port I/O: one routine per port of the guest. */
#ifndef VMM_PORTS_H
#define VMM_PORTS_H

#include "base/error.h"
#include "vmm/guest.h"

/* Serves the KVM_EXIT_IO in guest->vm.run, string I/O included. Returns 0 to go on in the guest, 1
 * if the doorbell has rung (the results are where transport_place() was asked to put them), or
 * -errno with text and status 80. */
int ports_serve(struct guest *guest, struct error *error);

#endif
