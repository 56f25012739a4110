/* The dirty log: which pages the guest has written. */
#ifndef SNAPSHOT_DIRTY_H
#define SNAPSHOT_DIRTY_H

#include "snapshot/snapshot.h"

/* A bit for each page. */
struct dirty {
    uint8_t pages[SNAPSHOT_BITMAP];
};

/* Has KVM log from now on which pages the guest writes (api.rst, KVM_MEM_LOG_DIRTY_PAGES); the VM's
 * descriptor stays open for that. Returns 0, or -errno with text and status 71. */
int dirty_begin(struct vm *vm, struct error *error);

/* Takes the pages that the guest has written since dirty_begin(), or since it was called before
 * (api.rst, KVM_GET_DIRTY_LOG). What the VMM writes itself is not among them, such as a job; but it
 * is where the guest writes its result. Returns 0, or -errno with text and status 71. */
int dirty_take(const struct vm *vm, struct dirty *dirty, struct error *error);

/* How many there are. */
unsigned dirty_count(const struct dirty *dirty);

/* The first page from number on, or SNAPSHOT_PAGES for none. */
unsigned dirty_next(const struct dirty *dirty, unsigned number);

#endif
