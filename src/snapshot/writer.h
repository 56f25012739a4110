/* The guest that also writes memory, as the VMM sees it. */
#ifndef SNAPSHOT_WRITER_H
#define SNAPSHOT_WRITER_H

#include "vmm/vm.h"

/* Says to the guest of that VM, which is guest/writing/writer.c and has not run yet, how many pages
 * a second it is to write. Returns 0, or -errno with text and status 71. */
int writer_set(struct vm *vm, uint64_t pages, struct error *error);

#endif
