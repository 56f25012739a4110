/* A VM with one guest of the atlas in it. */
#include "atlas/probe.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vmm/descriptors.h"
#include "vmm/layout.h"
#include "vmm/paging.h"
#include "vmm/watchdog.h"

#define CODE_SELECTOR(ring) ((ring) ? ABI_SELECTOR_CODE3 : ABI_SELECTOR_CODE0)
#define DATA_SELECTOR(ring) ((ring) ? ABI_SELECTOR_DATA3 : ABI_SELECTOR_DATA0)

#define RFLAGS     0x002u
#define RFLAGS_IF  0x200u
#define LARGE_PAGE (1ull << 7)
#define TARGET_BITS                                                                                \
    (PAGING_PRESENT | PAGING_WRITE | PAGING_USER | PAGING_ACCESSED | PAGING_DIRTY | PAGING_NX)

_Static_assert(ATLAS_GDT_LIMIT == DESCRIPTORS_GDT_LIMIT && DESCRIPTORS_GDT == 0, "lgdt");
_Static_assert(ATLAS_STUB_SIZE == ABI_FAULT_STUB_SIZE, "stubs");
_Static_assert(sizeof(struct atlas_mailbox) <= ABI_PAGE, "mailbox in its page");

static void put_entry(uint8_t *memory, uint64_t table, uint64_t index, uint64_t entry)
{
    memcpy(memory + table + index * sizeof(entry), &entry, sizeof(entry));
}

/* Code that can be written, against the rule that paging_map() keeps. */
static void make_patchable(struct atlas_probe *probe)
{
    const uint64_t page = ATLAS_CODE / ABI_PAGE;
    const uint64_t user = probe->ring ? PAGING_USER : 0;

    if (probe->row->flags & ATLAS_PATCHABLE)
        put_entry(probe->vm.memory, ABI_PAGE_TABLES + 3 * ABI_PAGE, page,
                  ATLAS_CODE | PAGING_PRESENT | PAGING_WRITE | PAGING_ACCESSED | PAGING_DIRTY |
                      user);
}

/* The page directory's entry for the target, and the page table that it points to. */
static void map_target(struct atlas_probe *probe)
{
    uint8_t *memory = probe->vm.memory;
    const uint64_t directory = ABI_PAGE_TABLES + 2 * ABI_PAGE;
    const uint64_t index = ATLAS_TARGET >> 21 & 511;

    if (probe->row->flags & ATLAS_UNMAPPED)
        return;
    if (probe->row->flags & ATLAS_LARGE_PAGE) {
        put_entry(memory, directory, index, ATLAS_TARGET_GPA | LARGE_PAGE | TARGET_BITS);
        return;
    }
    put_entry(memory, directory, index,
              ATLAS_TABLE | PAGING_PRESENT | PAGING_WRITE | PAGING_USER | PAGING_ACCESSED);
    for (uint64_t i = 0; i < ATLAS_TARGET_SIZE / ABI_PAGE; i++)
        put_entry(memory, ATLAS_TABLE, i, (ATLAS_TARGET_GPA + i * ABI_PAGE) | TARGET_BITS);
}

static int map(struct atlas_probe *probe, uint32_t at, uint32_t size, unsigned flags)
{
    return paging_map(probe->vm.memory, gva_of(gpa_at(at)), gpa_at(at), size,
                      LAYOUT_MAPPED | flags);
}

static int make_memory(struct atlas_probe *probe, struct error *error)
{
    const struct atlas_guest *guest = probe->row->guest;
    const unsigned user = probe->ring ? LAYOUT_USER : 0;
    uint8_t *memory;
    int result = vm_create_memory(&probe->vm, MAP_POPULATE, error);

    if (result < 0)
        return result;
    memory = probe->vm.memory;
    if (guest->end - guest->begin > ABI_PAGE || atlas_ring0_end - atlas_ring0 > ABI_PAGE)
        return error_set(error, STATUS_INTERNAL, E2BIG, "%s: guest code above a page",
                         probe->row->name);
    memcpy(memory + ATLAS_CODE, guest->begin, (size_t)(guest->end - guest->begin));
    memcpy(memory + ATLAS_RING0, atlas_ring0, (size_t)(atlas_ring0_end - atlas_ring0));
    paging_init(memory);
    if (map(probe, ABI_SYSTEM_PAGE, ABI_PAGE, LAYOUT_WRITE) < 0 ||
        map(probe, ABI_RING0_STACK, ABI_PAGE, LAYOUT_WRITE) < 0 ||
        map(probe, ATLAS_MAILBOX, ABI_PAGE, LAYOUT_WRITE | LAYOUT_USER) < 0 ||
        map(probe, ABI_RING3_STACK, ABI_PAGE, LAYOUT_WRITE | LAYOUT_USER) < 0 ||
        map(probe, ATLAS_CODE, ABI_PAGE, LAYOUT_EXECUTE | user) < 0 ||
        map(probe, ATLAS_RING0, ABI_PAGE, LAYOUT_EXECUTE) < 0 ||
        map(probe, ATLAS_IDT, ABI_PAGE, 0) < 0)
        return error_set(error, STATUS_INTERNAL, EINVAL, "%s: page tables", probe->row->name);
    make_patchable(probe);
    map_target(probe);
    return vm_attach_memory(&probe->vm, error);
}

int probe_back_target(struct atlas_probe *probe, uint32_t flags, bool huge, struct error *error)
{
    struct kvm_userspace_memory_region slot = {
        .slot = 1,
        .flags = flags,
        .guest_phys_addr = ATLAS_TARGET_GPA,
        .memory_size = ATLAS_TARGET_SIZE,
    };

    probe->mapped = mmap(NULL, 2 * ATLAS_TARGET_SIZE, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (probe->mapped == MAP_FAILED) {
        probe->mapped = NULL;
        return error_system(error, "memory for the target");
    }
    probe->target = (uint8_t *)(((uintptr_t)probe->mapped + ATLAS_TARGET_SIZE - 1) &
                                ~(uintptr_t)(ATLAS_TARGET_SIZE - 1));
    if (madvise(probe->target, ATLAS_TARGET_SIZE, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE) < 0 &&
        huge)
        return error_system(error, "MADV_HUGEPAGE");
    slot.userspace_addr = (uintptr_t)probe->target;
    if (ioctl(probe->vm.vm_fd, KVM_SET_USER_MEMORY_REGION, &slot) < 0)
        return error_system(error, "KVM_SET_USER_MEMORY_REGION");
    return 0;
}

int probe_open(struct atlas_probe *probe, int kvm_fd, const struct atlas_row *row, unsigned ring,
               bool *provided, struct error *error)
{
    const struct atlas_provision *provision = row->provision;
    int result;

    *probe = (struct atlas_probe){
        .vm = vm_none,
        .kvm_fd = kvm_fd,
        .row = row,
        .ring = ring,
        .event_fd = -1,
    };
    *provided = true;
    result = vm_create(&probe->vm, kvm_fd, error);
    if (result == 0 && provision && provision->vm) {
        result = provision->vm(probe, error);
        *provided = result == 0;
    }
    if (result == 0)
        result = make_memory(probe, error);
    if (result == 0)
        result = vm_create_vcpu(&probe->vm, kvm_fd, error);
    if (result == 0 && provision && provision->vcpu) {
        result = provision->vcpu(probe, error);
        *provided = result == 0;
    }
    if (result < 0)
        probe_close(probe);
    return result;
}

bool probe_is_doorbell(const struct kvm_run *run)
{
    return run->exit_reason == KVM_EXIT_IO && run->io.direction == KVM_EXIT_IO_OUT &&
           run->io.port == ABI_PORT_DOORBELL;
}

struct atlas_mailbox *probe_mailbox(const struct atlas_probe *probe)
{
    return (struct atlas_mailbox *)(probe->vm.memory + ATLAS_MAILBOX);
}

uint64_t probe_address(const struct atlas_probe *probe, const uint8_t *place)
{
    return ABI_BASE + ATLAS_CODE + (uint64_t)(place - probe->row->guest->begin);
}

/* Tables as new, since a TSS that has been loaded is busy and cannot be loaded again. */
static void make_tables(struct atlas_probe *probe)
{
    const uint64_t stubs = ABI_BASE + ATLAS_RING0;
    uint8_t *memory = probe->vm.memory;

    descriptors_build(memory + ABI_SYSTEM_PAGE, stubs);
    for (unsigned vector = 0; vector < ABI_VECTORS; vector++)
        descriptors_gate(memory + ATLAS_IDT, vector, stubs + vector * ATLAS_STUB_SIZE, 3);
    descriptors_gate(memory + ATLAS_IDT, ATLAS_VECTOR_INT, stubs + ABI_VECTORS * ATLAS_STUB_SIZE,
                     3);
}

/* Below the frame from which iretq enters the guest there is room for a guest of ring 0. */
static struct gva push_frame(struct atlas_probe *probe)
{
    const struct vm_frame frame = {
        .rip = probe_address(probe, probe->row->guest->begin),
        .cs = CODE_SELECTOR(probe->ring),
        .rflags = RFLAGS | RFLAGS_IF,
        .rsp = ABI_BASE + (probe->ring ? ABI_RING3_STACK : ABI_RING0_STACK) + ABI_PAGE / 4 * 3,
        .ss = DATA_SELECTOR(probe->ring),
    };

    return vm_push_frame(&probe->vm, &frame);
}

/* Completes the exit that is pending, if one is, and does not enter the guest: api.rst,
 * immediate_exit. */
void probe_complete(struct atlas_probe *probe)
{
    probe->vm.run->immediate_exit = 1;
    ioctl(probe->vm.vcpu_fd, KVM_RUN, 0);
    probe->vm.run->immediate_exit = 0;
}

bool probe_is_signal(int answer, int code)
{
    return answer < 0 && (code == EINTR || code == EAGAIN);
}

int probe_boot(struct atlas_probe *probe, struct error *error)
{
    struct kvm_run *run = probe->vm.run;
    struct kvm_mp_state runnable = {KVM_MP_STATE_RUNNABLE};
    int answer;

    if (probe->row->provision && probe->row->provision->boot)
        probe->row->provision->boot(probe);
    probe_complete(probe);
    make_tables(probe);
    run->request_interrupt_window = 0;
    descriptors_sregs(&run->s.regs.sregs);
    run->s.regs.sregs.idt.base = ABI_BASE + ATLAS_IDT;
    run->s.regs.sregs.idt.limit = ATLAS_IDT_LIMIT;
    run->s.regs.sregs.cr4 |= probe->cr4;
    run->s.regs.regs = (struct kvm_regs){
        .rip = ABI_BASE + ATLAS_RING0 + (uint64_t)(atlas_entry - atlas_ring0),
        .rsp = push_frame(probe).at,
        .r12 = ABI_BASE + ATLAS_MAILBOX,
        .r13 = ATLAS_TARGET,
        .r14 = probe_address(probe, probe->row->guest->after),
        .rflags = RFLAGS,
    };
    run->s.regs.events = (struct kvm_vcpu_events){0};
    run->kvm_dirty_regs = KVM_SYNC_X86_REGS | KVM_SYNC_X86_SREGS | KVM_SYNC_X86_EVENTS;
    ioctl(probe->vm.vcpu_fd, KVM_SET_MP_STATE, &runnable);
    do
        answer = ioctl(probe->vm.vcpu_fd, KVM_RUN, 0);
    while (probe_is_signal(answer, errno) && !watchdog_over());
    if (answer < 0)
        return error_system(error, "KVM_RUN of the entry of the atlas");
    if (!probe_is_doorbell(run))
        return error_set(error, STATUS_INTERNAL, EPROTO,
                         "%s: the entry of the atlas left by exit %u, not by the doorbell",
                         probe->row->name, (unsigned)run->exit_reason);
    probe_complete(probe);
    return 0;
}

void probe_note(struct atlas_probe *probe, int answer)
{
    if (answer < 0 && !probe->refused)
        probe->refused = errno;
}

void probe_close(struct atlas_probe *probe)
{
    if (probe->row->provision && probe->row->provision->close)
        probe->row->provision->close(probe);
    if (probe->event_fd >= 0)
        close(probe->event_fd);
    vm_close(&probe->vm);
    if (probe->mapped)
        munmap(probe->mapped, 2 * ATLAS_TARGET_SIZE);
}
