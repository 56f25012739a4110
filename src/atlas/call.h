/* What a call of the VMM's costs, between two entries into the guest. */
#ifndef ATLAS_CALL_H
#define ATLAS_CALL_H

#include "atlas/atlas.h"

/* Runs the ATLAS_CALL row that *result names, in its ring, for at most seconds: the guest, up to
 * its doorbell, and the call of the row's provision, again and again; fills in the rest. What the
 * host cannot do is a result. Returns 0, or -errno with text and status if there is no VM at all.
 */
int call_run(int kvm_fd, double seconds, struct atlas_result *result, struct error *error);

#endif
