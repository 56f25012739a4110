/* The guest that also writes memory, as the VMM sees it. */
#include "snapshot/writer.h"

#include <string.h>
#include <sys/ioctl.h>

#include "guest/writing/writer.h"

int writer_set(struct vm *vm, uint64_t pages, struct error *error)
{
    const int khz = ioctl(vm->vcpu_fd, KVM_GET_TSC_KHZ, 0);
    struct writer writer = {.interval = 0};

    if (khz <= 0)
        return error_system(error, "KVM_GET_TSC_KHZ");
    writer.interval = (uint64_t)khz * 1000 / pages + 1;
    memcpy(vm->memory + WRITER, &writer, sizeof(writer));
    return 0;
}
