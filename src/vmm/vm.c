/* The allocator: makes the VM, gives it memory and a vCPU, and takes all of it back. */
#include "vmm/vm.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "vmm/descriptors.h"
#include "vmm/kvm.h"
#include "vmm/layout.h"
#include "vmm/paging.h"
#include "vmm/protection.h"

#define RFLAGS      0x002u
#define RFLAGS_USER 0x202u /* IF: with interrupts off some hosts never deliver a kick */

/* Has the host give the pages now, while nobody waits: a guest's first touch costs more. */
static void prefault(struct vm *vm, struct gpa gpa, uint64_t size)
{
    for (uint64_t at = 0; at < size; at += ABI_PAGE)
        *(volatile uint8_t *)(vm->memory + gpa.at + at) = 0;
}

static int map_regions(struct vm *vm, enum engine engine)
{
    int result = 0;

    for (size_t i = 0; i < layout_region_count && result == 0; i++) {
        const struct layout_region *region = &layout_regions[i];

        if (!(region->flags & LAYOUT_MAPPED))
            continue;
        if (layout_is_used(region, vm->transport.kind, engine))
            prefault(vm, region->gpa, region->size);
        result = paging_map(vm->memory, region->gva, region->gpa, region->size, region->flags);
    }
    return result;
}

static int map_image(struct vm *vm)
{
    int result = 0;

    for (size_t i = 0; i < vm->image.segment_count && result == 0; i++) {
        const struct image_segment *segment = &vm->image.segments[i];
        const struct gva gva = gva_at(segment->address);
        const struct gpa gpa = gpa_of(gva);

        prefault(vm, gpa, segment->size);
        memcpy(vm->memory + gpa.at, vm->image.bytes + segment->offset, segment->filled);
        result = paging_map(vm->memory, gva, gpa, segment->size, segment->flags);
    }
    return result;
}

/* The interrupt frame from which ring 0's iretq enters ring 3 (SDM vol. 3, 6.14.3), on top of the
 * ring-0 stack; returns its gva. The stack pointer is what a call would have left. */
static uint64_t push_frame(struct vm *vm)
{
    const uint64_t frame[] = {
        vm->image.note.ring3_entry,
        ABI_SELECTOR_CODE3,
        RFLAGS_USER,
        ABI_BASE + ABI_RING3_STACK + ABI_RING3_STACK_PAGES * ABI_PAGE - 8,
        ABI_SELECTOR_DATA3,
    };
    const uint32_t at = ABI_RING0_STACK + ABI_PAGE - sizeof(frame);

    memcpy(vm->memory + at, frame, sizeof(frame));
    return ABI_BASE + at;
}

static int make_memory(struct vm *vm, enum engine engine, struct error *error)
{
    struct kvm_userspace_memory_region slot = {.memory_size = ABI_MEMORY_SIZE};
    int result;

    vm->memory =
        mmap(NULL, ABI_MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (vm->memory == MAP_FAILED) {
        vm->memory = NULL;
        return error_system(error, "guest memory");
    }
    if (madvise(vm->memory, ABI_MEMORY_SIZE, MADV_DONTDUMP) < 0)
        return error_system(error, "MADV_DONTDUMP");
    paging_init(vm->memory);
    result = map_regions(vm, engine);
    if (result == 0)
        result = map_image(vm);
    if (result < 0)
        return error_set(error, STATUS_INTERNAL, -result, "page tables: %s", strerror(-result));
    descriptors_build(vm->memory + ABI_SYSTEM_PAGE, vm->image.note.fault_stubs);
    slot.userspace_addr = (uintptr_t)vm->memory;
    if (ioctl(vm->vm_fd, KVM_SET_USER_MEMORY_REGION, &slot) < 0)
        return error_system(error, "KVM_SET_USER_MEMORY_REGION");
    return 0;
}

/* The state in which the vCPU enters the guest: 64-bit mode, ring 0, at the image's entry. KVM
 * takes the general registers from struct kvm_run at the first KVM_RUN (api.rst,
 * KVM_CAP_SYNC_REGS), which saves a call. */
static int set_state(struct vm *vm, struct error *error)
{
    struct kvm_sregs sregs;
    int64_t protection;

    descriptors_sregs(&sregs);
    protection = protection_enable(vm->vcpu_fd, &sregs);
    if (protection < 0) {
        errno = (int)-protection;
        return error_system(error, "KVM_SET_SREGS");
    }
    vm->protection = (uint32_t)protection;
    vm->run->s.regs.regs = (struct kvm_regs){
        .rip = vm->image.entry,
        .rsp = push_frame(vm),
        .rdi = vm->transport.kind,
        .rflags = RFLAGS,
    };
    vm->run->kvm_dirty_regs = KVM_SYNC_X86_REGS;
    return 0;
}

int vm_create(struct vm *vm, struct error *error)
{
    int result;

    vm->kvm_fd = kvm_open(KVM_DEVICE, error);
    if (vm->kvm_fd < 0)
        return vm->kvm_fd;
    result = kvm_require(vm->kvm_fd, error);
    if (result < 0)
        return result;
    vm->vm_fd = ioctl(vm->kvm_fd, KVM_CREATE_VM, 0);
    return vm->vm_fd < 0 ? error_system(error, "KVM_CREATE_VM") : 0;
}

int vm_create_vcpu(struct vm *vm, struct error *error)
{
    int size = ioctl(vm->kvm_fd, KVM_GET_VCPU_MMAP_SIZE, 0);
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

static int make(struct vm *vm, const char *path, enum engine engine, struct error *error)
{
    int result = image_open(&vm->image, path, error);

    if (result < 0)
        return result;
    result = vm_create(vm, error);
    if (result == 0)
        result = make_memory(vm, engine, error);
    if (result == 0)
        result = vm_create_vcpu(vm, error);
    return result < 0 ? result : set_state(vm, error);
}

int vm_open(struct vm *vm, const char *path, enum transport transport, enum engine engine,
            struct error *error)
{
    uint64_t start = clock_now();
    int result;

    *vm = (struct vm){VM_CLOSED, .transport.kind = transport};
    result = make(vm, path, engine, error);
    if (result < 0)
        vm_close(vm);
    vm->exits.create_ns = clock_now() - start;
    return result;
}

void vm_observe(struct vm *vm, const struct observer *observer)
{
    vm->observer = observer;
    vm->run->kvm_valid_regs = KVM_SYNC_X86_REGS;
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
    close_descriptor(&vm->vm_fd);
    close_descriptor(&vm->kvm_fd);
}

void vm_close(struct vm *vm)
{
    if (vm->run)
        munmap(vm->run, vm->run_size);
    kernel_stats_close(&vm->stats);
    close_descriptor(&vm->vcpu_fd);
    close_descriptor(&vm->vm_fd);
    close_descriptor(&vm->kvm_fd);
    if (vm->memory)
        munmap(vm->memory, ABI_MEMORY_SIZE);
    image_close(&vm->image);
    vm->run = NULL;
    vm->memory = NULL;
}
