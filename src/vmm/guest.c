/* The allocator: a guest image in a VM of its own, ready to run, and what is known of it. */
#include "vmm/guest.h"

#include <errno.h>
#include <string.h>
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
static void touch(struct guest *guest, struct gpa gpa, uint64_t size)
{
    for (uint64_t at = 0; at < size; at += ABI_PAGE)
        *(volatile uint8_t *)(guest->vm.memory + gpa.at + at) = 0;
}

/* The same by one call, where Linux has it (5.14); the sandbox has not. */
static void prefault(struct guest *guest, struct gpa gpa, uint64_t size)
{
    if (madvise(guest->vm.memory + gpa.at, size, MADV_POPULATE_WRITE) < 0)
        touch(guest, gpa, size);
}

/* First all up to the image's end, if that takes no more memory than its file has; the guard pages
 * between cost less than a call for each region. */
static void prefault_regions(struct guest *guest, enum engine engine)
{
    const uint64_t pages = (guest->image.length + ABI_PAGE - 1) / ABI_PAGE;
    const uint64_t most = (ABI_IMAGE_END - ABI_IMAGE) / ABI_PAGE;
    const uint64_t end = ABI_IMAGE + (pages < most ? pages : most) * ABI_PAGE;

    prefault(guest, gpa_at(0), end);
    for (size_t i = 0; i < layout_region_count; i++) {
        const struct layout_region *region = &layout_regions[i];

        if (layout_is_used(region, guest->transport.kind, engine) && region->gpa.at >= end &&
            (region->flags & LAYOUT_MAPPED) && region->gva.at == gva_of(region->gpa).at)
            prefault(guest, region->gpa, region->size);
    }
}

static int map_regions(struct guest *guest)
{
    int result = 0;

    for (size_t i = 0; i < layout_region_count && result == 0; i++) {
        const struct layout_region *region = &layout_regions[i];

        if (region->flags & LAYOUT_MAPPED)
            result =
                paging_map(guest->vm.memory, region->gva, region->gpa, region->size, region->flags);
    }
    return result;
}

static int map_image(struct guest *guest)
{
    int result = 0;

    for (size_t i = 0; i < guest->image.segment_count && result == 0; i++) {
        const struct image_segment *segment = &guest->image.segments[i];
        const struct gva gva = gva_at(segment->address);
        const struct gpa gpa = gpa_of(gva);

        touch(guest, gpa, segment->size);
        memcpy(guest->vm.memory + gpa.at, guest->image.bytes + segment->offset, segment->filled);
        result = paging_map(guest->vm.memory, gva, gpa, segment->size, segment->flags);
    }
    return result;
}

static int make_memory(struct guest *guest, enum engine engine, struct error *error)
{
    int result = vm_create_memory(&guest->vm, 0, error);

    if (result < 0)
        return result;
    prefault_regions(guest, engine);
    return vm_attach_memory(&guest->vm, error);
}

/* Puts tables and image into memory. */
static int fill_memory(struct guest *guest, struct error *error)
{
    int result;

    paging_init(guest->vm.memory);
    result = map_regions(guest);
    if (result == 0)
        result = map_image(guest);
    if (result < 0)
        return error_set(error, STATUS_INTERNAL, -result, "page tables: %s", strerror(-result));
    descriptors_build(guest->vm.memory + ABI_SYSTEM_PAGE, guest->image.note.fault_stubs);
    return 0;
}

/* The system state in which the vCPU enters the guest: 64-bit mode, ring 0. */
static int set_system_state(struct guest *guest, struct error *error)
{
    struct kvm_sregs sregs;
    int64_t protection;

    descriptors_sregs(&sregs);
    protection = protection_enable(guest->vm.vcpu_fd, &sregs);
    if (protection < 0) {
        errno = (int)-protection;
        return error_system(error, "KVM_SET_SREGS");
    }
    guest->protection = (uint32_t)protection;
    return 0;
}

/* The vCPU enters the guest at the image's entry. KVM takes the general registers from struct
 * kvm_run at the next KVM_RUN, and writes them there at each exit (api.rst, KVM_CAP_SYNC_REGS),
 * which saves calls, and works in the sandbox. */
static void set_registers(struct guest *guest)
{
    /* The stack pointer is what a call would have left. */
    const struct vm_frame frame = {
        .rip = guest->image.note.ring3_entry,
        .cs = ABI_SELECTOR_CODE3,
        .rflags = RFLAGS_USER,
        .rsp = ABI_BASE + ABI_RING3_STACK + ABI_RING3_STACK_PAGES * ABI_PAGE - 8,
        .ss = ABI_SELECTOR_DATA3,
    };

    guest->vm.run->s.regs.regs = (struct kvm_regs){
        .rip = guest->image.entry,
        .rsp = vm_push_frame(&guest->vm, &frame).at,
        .rdi = guest->transport.kind,
        .rflags = RFLAGS,
    };
    guest->vm.run->kvm_dirty_regs = KVM_SYNC_X86_REGS;
    guest->vm.run->kvm_valid_regs = KVM_SYNC_X86_REGS;
}

/* /dev/kvm is open for as long as it is needed. */
static int make_vm(struct guest *guest, bool ours, enum engine engine, struct error *error)
{
    const int kvm_fd = kvm_open_device(error);
    int result = kvm_fd < 0 ? kvm_fd : vm_create(&guest->vm, kvm_fd, error);

    if (result == 0 && ours)
        result = vm_create_apic(&guest->vm, &guest->apic, error);
    if (result == 0)
        result = make_memory(guest, engine, error);
    if (result == 0)
        result = vm_create_vcpu(&guest->vm, kvm_fd, error);
    if (kvm_fd >= 0)
        close(kvm_fd);
    return result;
}

static int make(struct guest *guest, const char *path, bool ours, enum engine engine,
                struct error *error)
{
    int result = image_fetch(&guest->image, path, error);

    if (result == 0)
        result = make_vm(guest, ours, engine, error);
    return result < 0 ? result : set_system_state(guest, error);
}

int guest_open(struct guest *guest, const char *path, bool ours, enum transport transport,
               enum engine engine, struct error *error)
{
    const uint64_t start = clock_now();
    int result;

    *guest = (struct guest){.vm = vm_none, .is_ours = ours, .transport.kind = transport};
    result = make(guest, path, ours, engine, error);
    if (result < 0)
        guest_close(guest);
    guest->exits.create_ns = clock_now() - start;
    return result;
}

int guest_load(struct guest *guest, struct error *error)
{
    const uint64_t start = clock_now();
    int result = image_check(&guest->image, error);

    if (result == 0)
        result = fill_memory(guest, error);
    if (result == 0)
        set_registers(guest);
    guest->is_loaded = result == 0;
    guest->exits.create_ns += clock_now() - start;
    return result;
}

void guest_begin(struct guest *guest)
{
    if (guest->transport.booted)
        return;
    guest->vm.run->s.regs.regs.rsi = guest->transport.outstanding;
    guest->transport.booted = true;
}

void guest_observe(struct guest *guest, const struct observer *observer)
{
    guest->observer = observer;
}

void guest_close(struct guest *guest)
{
    vm_close(&guest->vm);
    image_close(&guest->image);
}
