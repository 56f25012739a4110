/* The allocator's resources: a VM with one vCPU and memory, made and given back. */
#include "vmm/vm.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vmm/watchdog.h"

const struct vm vm_none = {.vm_fd = -1, .vcpu_fd = -1, .stats = KERNEL_STATS_CLOSED};

int vm_create(struct vm *vm, int kvm_fd, struct error *error)
{
    do
        vm->vm_fd = ioctl(kvm_fd, KVM_CREATE_VM, 0);
    while (vm->vm_fd < 0 && errno == EINTR && !watchdog_over());
    return vm->vm_fd < 0 ? error_system(error, "KVM_CREATE_VM") : 0;
}

int vm_create_apic(struct vm *vm, bool *made, struct error *error)
{
    const struct kvm_enable_cap cap = {.cap = KVM_CAP_SPLIT_IRQCHIP};

    *made = ioctl(vm->vm_fd, KVM_ENABLE_CAP, &cap) == 0;
    return *made || errno == EINVAL || errno == ENOTTY ? 0 : error_system(error, "KVM_ENABLE_CAP");
}

int vm_create_memory(struct vm *vm, int flags, struct error *error)
{
    void *memory = mmap(NULL, ABI_MEMORY_SIZE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

    if (memory == MAP_FAILED)
        return error_system(error, "guest memory");
    vm->memory = memory;
    return madvise(memory, ABI_MEMORY_SIZE, MADV_DONTDUMP) < 0
               ? error_system(error, "MADV_DONTDUMP")
               : 0;
}

int vm_set_memory(struct vm *vm, uint32_t flags, struct error *error)
{
    struct kvm_userspace_memory_region slot = {
        .flags = flags,
        .memory_size = ABI_MEMORY_SIZE,
        .userspace_addr = (uintptr_t)vm->memory,
    };

    return ioctl(vm->vm_fd, KVM_SET_USER_MEMORY_REGION, &slot) < 0
               ? error_system(error, "KVM_SET_USER_MEMORY_REGION")
               : 0;
}

int vm_attach_memory(struct vm *vm, struct error *error)
{
    return vm_set_memory(vm, 0, error);
}

int vm_create_vcpu(struct vm *vm, int kvm_fd, struct error *error)
{
    int size = ioctl(kvm_fd, KVM_GET_VCPU_MMAP_SIZE, 0);
    void *run;

    if (size < (int)sizeof(struct kvm_run))
        return error_system(error, "KVM_GET_VCPU_MMAP_SIZE");
    vm->vcpu_fd = ioctl(vm->vm_fd, KVM_CREATE_VCPU, 0);
    if (vm->vcpu_fd < 0)
        return error_system(error, "KVM_CREATE_VCPU");
    run = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, vm->vcpu_fd, 0);
    if (run == MAP_FAILED)
        return error_system(error, "mapping struct kvm_run");
    vm->run = run;
    vm->run_size = (size_t)size;
    return 0;
}

struct gva vm_push_frame(struct vm *vm, const struct vm_frame *frame)
{
    const struct gpa at = gpa_at(ABI_RING0_STACK + ABI_PAGE - sizeof(*frame));

    memcpy(vm->memory + at.at, frame, sizeof(*frame));
    return gva_of(at);
}

static void close_descriptor(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void vm_seal(struct vm *vm, bool stats)
{
    if (stats)
        kernel_stats_open(&vm->stats, vm->vm_fd, vm->vcpu_fd);
    if (!vm->is_logged)
        close_descriptor(&vm->vm_fd);
}

void vm_close(struct vm *vm)
{
    if (vm->run)
        munmap(vm->run, vm->run_size);
    kernel_stats_close(&vm->stats);
    close_descriptor(&vm->vcpu_fd);
    close_descriptor(&vm->vm_fd);
    if (vm->memory)
        munmap(vm->memory, ABI_MEMORY_SIZE);
    vm->run = NULL;
    vm->memory = NULL;
}
