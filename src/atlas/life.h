/* What a virtual machine costs: made, entered once, and closed. */
#ifndef ATLAS_LIFE_H
#define ATLAS_LIFE_H

#include "atlas/atlas.h"

/* Runs the ATLAS_LIFE row that *result names, in its ring, in VMs made from kvm_fd one after the
 * other, for at most seconds, and fills in the rest; what the host cannot do is a result. Returns
 * 0, or -errno with text and status if there is no VM at all. */
int life_run(int kvm_fd, double seconds, struct atlas_result *result, struct error *error);

/* Fills in what so many lives or calls have cost, in nanoseconds each, which are sorted; khz is
 * what KVM says of the TSC, below 1 if it does not. */
void life_evaluate(struct atlas_result *result, double *costs, size_t count, int khz);

#endif
