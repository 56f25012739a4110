/* The dirty log: which pages the guest has written. */
#include "snapshot/dirty.h"

#include <sys/ioctl.h>

int dirty_begin(struct vm *vm, struct error *error)
{
    vm->is_logged = true;
    return vm_set_memory(vm, KVM_MEM_LOG_DIRTY_PAGES, error);
}

int dirty_take(const struct vm *vm, struct dirty *dirty, struct error *error)
{
    struct kvm_dirty_log log = {.dirty_bitmap = dirty->pages};

    return ioctl(vm->vm_fd, KVM_GET_DIRTY_LOG, &log) < 0 ? error_system(error, "KVM_GET_DIRTY_LOG")
                                                         : 0;
}

unsigned dirty_count(const struct dirty *dirty)
{
    unsigned count = 0;

    for (size_t i = 0; i < sizeof(dirty->pages); i++)
        count += (unsigned)__builtin_popcount(dirty->pages[i]);
    return count;
}

unsigned dirty_next(const struct dirty *dirty, unsigned number)
{
    while (number < SNAPSHOT_PAGES && !(dirty->pages[number / 8] >> number % 8 & 1))
        number++;
    return number;
}
