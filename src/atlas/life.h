/* What a virtual machine costs: made, entered once, and closed. */
#ifndef ATLAS_LIFE_H
#define ATLAS_LIFE_H

#include "atlas/atlas.h"

/* Runs the ATLAS_LIFE row that *result names, in its ring, in VMs made from kvm_fd one after the
 * other, for at most seconds, and fills in the rest; what the host cannot do is a result. Returns
 * 0, or -errno with text and status if there is no VM at all. */
int life_run(int kvm_fd, double seconds, struct atlas_result *result, struct error *error);

#endif
