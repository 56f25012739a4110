/* A whole VM between two KVM_RUNs, as the bytes of a file: its vCPU, its memory, the job it is at.
 */
#include "snapshot/snapshot.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/crc64.h"
#include "vmm/kvm.h"
#include "vmm/protection.h"

#define SYNCED (KVM_SYNC_X86_REGS | KVM_SYNC_X86_SREGS | KVM_SYNC_X86_EVENTS)

/* What a guest of ours can have in EFER: SCE, LME, LMA, NXE. Virtualization of its own is not among
 * it, which KVM would not refuse. */
#define EFER 0xd01u

#define TSS_AVAILABLE 9
#define TSS_BUSY      11

/* Of the extended state: its bits x87 and SSE; the word of XSAVE's header that has them (SDM vol.
 * 1, 13.4.2), and XCR0. */
#define XSTATE_BASE   3u
#define XSTATE_BV     (512 / 4)
#define XSTATE_HEADER (64 / 4)

/* What a guest's ring 0 can write and no other call keeps: SYSENTER's, SYSCALL's, SWAPGS's, PAT. */
static const uint32_t msrs[SNAPSHOT_MSRS] = {
    0x174, 0x175, 0x176, 0x277, 0xc0000081, 0xc0000082, 0xc0000083, 0xc0000084, 0xc0000102,
};

union one_msr {
    struct kvm_msrs head;
    uint8_t bytes[sizeof(struct kvm_msrs) + sizeof(struct kvm_msr_entry)];
};

/* Has KVM complete the exit, take what is dirty of struct kvm_run, and leave the vCPU's state
 * there, without entering the guest. */
static int settle(struct vm *vm)
{
    int answer, code;

    vm->run->kvm_valid_regs = SYNCED;
    vm->run->immediate_exit = 1;
    answer = ioctl(vm->vcpu_fd, KVM_RUN, 0);
    code = errno;
    vm->run->immediate_exit = 0;
    vm->run->kvm_valid_regs = KVM_SYNC_X86_REGS;
    if (answer == 0)
        return -EBUSY;
    return code == EINTR || code == EAGAIN ? 0 : -code;
}

uint64_t snapshot_digest(struct guest *guest)
{
    if (!guest->digest)
        guest->digest = crc64(0, guest->image.bytes, guest->image.length);
    return guest->digest;
}

static void take_msrs(struct snapshot *snapshot, int vcpu_fd)
{
    for (size_t i = 0; i < SNAPSHOT_MSRS; i++) {
        union one_msr one = {.head.nmsrs = 1};

        one.head.entries[0] = (struct kvm_msr_entry){.index = msrs[i]};
        if (ioctl(vcpu_fd, KVM_GET_MSRS, &one.head) == 1)
            snapshot->msrs[snapshot->msr_count++] = one.head.entries[0];
    }
}

static int take_vcpu(struct snapshot *snapshot, struct vm *vm, struct error *error)
{
    const int settled = settle(vm);

    if (settled < 0) {
        errno = -settled;
        return error_system(error, "snapshot: KVM_RUN to complete an exit");
    }
    snapshot->regs = vm->run->s.regs.regs;
    snapshot->sregs = vm->run->s.regs.sregs;
    snapshot->events = vm->run->s.regs.events;
    if (ioctl(vm->vcpu_fd, KVM_GET_XSAVE, snapshot->xsave) < 0)
        return error_system(error, "KVM_GET_XSAVE");
    if (ioctl(vm->vcpu_fd, KVM_GET_XCRS, &snapshot->xcrs) < 0)
        snapshot->xcrs.nr_xcrs = 0; /* a processor without XSAVE */
    if (ioctl(vm->vcpu_fd, KVM_GET_DEBUGREGS, &snapshot->debugregs) < 0)
        return error_system(error, "KVM_GET_DEBUGREGS");
    take_msrs(snapshot, vm->vcpu_fd);
    return 0;
}

bool snapshot_is_zero(const uint8_t *page)
{
    return page[0] == 0 && memcmp(page, page + 1, ABI_PAGE - 1) == 0;
}

int snapshot_take(struct snapshot *snapshot, struct guest *guest, struct error *error)
{
    const struct transport_end *end = &guest->transport;
    const struct image *image = &guest->image;

    if (!guest->is_loaded)
        return error_set(error, STATUS_DATA, EINVAL, "there is no VM yet that could be kept");
    *snapshot = (struct snapshot){
        .schema = SNAPSHOT_SCHEMA,
        .size = sizeof(*snapshot),
        .host = kvm_kind(),
        .image_length = image->length,
        .image_check = snapshot_digest(guest),
        .transport = end->kind,
        .booted = end->booted,
        .outstanding = end->outstanding,
        .words_in = end->words_in,
        .words_out = end->words_out,
        .ring_jobs = end->ring_jobs,
        .fault_words = guest->fault_words,
        .fault = guest->fault,
    };
    for (unsigned i = 0; i < SNAPSHOT_PAGES; i++)
        if (!snapshot_is_zero(guest->vm.memory + i * ABI_PAGE))
            snapshot->pages[i / 8] |= (uint8_t)(1 << i % 8);
    return take_vcpu(snapshot, &guest->vm, error);
}

bool snapshot_has_page(const struct snapshot *snapshot, unsigned number)
{
    return snapshot->pages[number / 8] >> number % 8 & 1;
}

static size_t page_count(const struct snapshot *snapshot)
{
    size_t count = 0;

    for (size_t i = 0; i < sizeof(snapshot->pages); i++)
        count += (size_t)__builtin_popcount(snapshot->pages[i]);
    return count;
}

static uint64_t check_head(const struct snapshot *snapshot)
{
    const size_t checked = offsetof(struct snapshot, size);

    return crc64(0, (const uint8_t *)snapshot + checked, sizeof(*snapshot) - checked);
}

uint64_t snapshot_check(const struct snapshot *snapshot, const uint8_t *pages, size_t length)
{
    return crc64(check_head(snapshot), pages, length);
}

void snapshot_write(FILE *out, struct snapshot *snapshot, const uint8_t *memory)
{
    snapshot->check = check_head(snapshot);
    for (unsigned i = 0; i < SNAPSHOT_PAGES; i++)
        if (snapshot_has_page(snapshot, i))
            snapshot->check = crc64(snapshot->check, memory + i * ABI_PAGE, ABI_PAGE);
    fwrite(snapshot, sizeof(*snapshot), 1, out);
    for (unsigned i = 0; i < SNAPSHOT_PAGES; i++)
        if (snapshot_has_page(snapshot, i))
            fwrite(memory + i * ABI_PAGE, ABI_PAGE, 1, out);
}

static int refuse(struct error *error, const char *name, const char *what)
{
    return error_set(error, STATUS_DATA, EINVAL, "%s: %s", name, what);
}

static bool has_known_msrs(const struct snapshot *snapshot)
{
    for (uint32_t i = 0; i < snapshot->msr_count; i++) {
        size_t known = 0;

        while (known < SNAPSHOT_MSRS && msrs[known] != snapshot->msrs[i].index)
            known++;
        if (known == SNAPSHOT_MSRS)
            return false;
    }
    return true;
}

/* Whether each number that the VMM goes by is one that it has itself. A page that no memory has
 * would be a bit too many. */
static bool is_possible(const struct snapshot *snapshot)
{
    const struct abi_job *job = &snapshot->job;
    uint64_t end;

    for (unsigned i = SNAPSHOT_PAGES; i < 8 * sizeof(snapshot->pages); i++)
        if (snapshot_has_page(snapshot, i))
            return false;
    return snapshot->host <= KVM_KIND_PVM && snapshot->transport < TRANSPORT_COUNT &&
           snapshot->booted <= 1 && snapshot->outstanding <= snapshot->booted &&
           snapshot->words_in <= ABI_JOB_WORDS && snapshot->words_out <= ABI_RESULT_WORDS &&
           snapshot->fault_words <= ABI_FAULT_WORDS && snapshot->msr_count <= SNAPSHOT_MSRS &&
           has_known_msrs(snapshot) && !(snapshot->sregs.efer & ~(uint64_t)EFER) &&
           snapshot->xcrs.nr_xcrs <= KVM_MAX_XCRS && job->engine < ENGINE_COUNT &&
           job->state.ci < ABI_LINES &&
           !__builtin_add_overflow(job->state.executed, job->budget, &end);
}

/* All but the check. */
static int take_head(struct snapshot *snapshot, const char *name, const char *bytes, size_t length,
                     struct error *error)
{
    static const char schema[sizeof(snapshot->schema)] = SNAPSHOT_SCHEMA;
    const size_t head = sizeof(*snapshot);

    if (length < head || memcmp(bytes, schema, sizeof(schema)) != 0)
        return refuse(error, name, "not a snapshot of " SNAPSHOT_SCHEMA);
    memcpy(snapshot, bytes, head);
    if (snapshot->size != head)
        return refuse(error, name, "a snapshot of another version of this program");
    if (!is_possible(snapshot))
        return refuse(error, name, "a number in it is out of range");
    return 0;
}

static int check(const struct snapshot *snapshot, const char *name, const uint8_t *pages,
                 size_t length, struct error *error)
{
    if (snapshot->check != snapshot_check(snapshot, pages, length))
        return refuse(error, name, "damaged: its check is of other bytes");
    return 0;
}

int snapshot_read_head(struct snapshot *snapshot, const char *name, const char *bytes,
                       size_t length, struct error *error)
{
    const int result = take_head(snapshot, name, bytes, length, error);

    return result < 0 ? result : check(snapshot, name, NULL, 0, error);
}

int snapshot_read(struct snapshot *snapshot, const uint8_t **pages, const char *name,
                  const char *bytes, size_t length, struct error *error)
{
    const size_t head = sizeof(*snapshot);
    const int result = take_head(snapshot, name, bytes, length, error);

    if (result < 0)
        return result;
    *pages = (const uint8_t *)bytes + head;
    if (length - head != page_count(snapshot) * ABI_PAGE)
        return refuse(error, name, "cut short, or longer than its pages");
    return check(snapshot, name, *pages, length - head, error);
}

/* Memory that nobody has written is zero, and is better not touched. */
static void put_memory(const struct snapshot *snapshot, const uint8_t *pages, uint8_t *memory,
                       bool is_fresh)
{
    for (unsigned i = 0; i < SNAPSHOT_PAGES; i++, memory += ABI_PAGE) {
        if (snapshot_has_page(snapshot, i)) {
            memcpy(memory, pages, ABI_PAGE);
            pages += ABI_PAGE;
        } else if (!is_fresh && !snapshot_is_zero(memory)) {
            memset(memory, 0, ABI_PAGE);
        }
    }
}

/* From another kind of host x87 and SSE alone are taken, which all have; what else there was is
 * noted where it was in use. */
static int put_extended(const struct snapshot *snapshot, int vcpu_fd, bool is_other, unsigned *lost)
{
    uint32_t xsave[sizeof(snapshot->xsave) / 4];
    struct kvm_xcrs xcrs = snapshot->xcrs;

    memcpy(xsave, snapshot->xsave, sizeof(xsave));
    if (is_other) {
        if ((xsave[XSTATE_BV] & ~XSTATE_BASE) | xsave[XSTATE_BV + 1])
            *lost |= SNAPSHOT_LOST_VECTORS;
        xsave[XSTATE_BV] &= XSTATE_BASE;
        memset(&xsave[XSTATE_BV + 1], 0, 4 * (XSTATE_HEADER - 1));
        xcrs.nr_xcrs = 0;
    }
    if (ioctl(vcpu_fd, KVM_SET_XSAVE, xsave) < 0)
        return -errno;
    return xcrs.nr_xcrs && ioctl(vcpu_fd, KVM_SET_XCRS, &xcrs) < 0 ? -errno : 0;
}

static int put_msrs(const struct snapshot *snapshot, int vcpu_fd)
{
    for (uint32_t i = 0; i < snapshot->msr_count; i++) {
        union one_msr one = {.head.nmsrs = 1};

        one.head.entries[0] = (struct kvm_msr_entry){
            .index = snapshot->msrs[i].index,
            .data = snapshot->msrs[i].data,
        };
        if (ioctl(vcpu_fd, KVM_SET_MSRS, &one.head) != 1)
            return -EINVAL;
    }
    return 0;
}

/* KVM_GET_SREGS calls a loaded TSS busy on every host. VT-x enters a guest with a busy one alone
 * (SDM vol. 3, 26.3.1.2), and the AMD-V of an emulator heeds the I/O bitmap of an available one
 * alone. The interrupts of a vCPU without a controller are events. */
static void put_system(const struct snapshot *snapshot, struct guest *guest, unsigned *lost)
{
    const uint64_t bits = PROTECTION_SMEP | PROTECTION_SMAP | PROTECTION_UMIP;
    struct kvm_sregs *sregs = &guest->vm.run->s.regs.sregs;
    const uint64_t apic_base = sregs->apic_base;

    *sregs = snapshot->sregs;
    sregs->apic_base = apic_base;
    memset(sregs->interrupt_bitmap, 0, sizeof(sregs->interrupt_bitmap));
    if (sregs->tr.type == TSS_AVAILABLE || sregs->tr.type == TSS_BUSY)
        sregs->tr.type = kvm_kind() == KVM_KIND_VT_X ? TSS_BUSY : TSS_AVAILABLE;
    if (sregs->cr4 & bits & ~guest->protection)
        *lost |= SNAPSHOT_LOST_PROTECTION;
    sregs->cr4 &= ~bits | guest->protection;
}

/* Nobody sends this vCPU system-management interrupts or wakes it up. */
static void put_events(const struct snapshot *snapshot, struct kvm_vcpu_events *events)
{
    *events = snapshot->events;
    events->flags &= KVM_VCPUEVENT_VALID_NMI_PENDING | KVM_VCPUEVENT_VALID_SHADOW;
    memset(&events->smi, 0, sizeof(events->smi));
}

/* KVM has CPUID from guest_open(). The events come last, with the registers. */
static int put_vcpu(const struct snapshot *snapshot, struct guest *guest, unsigned *lost)
{
    struct kvm_run *run = guest->vm.run;
    const int vcpu_fd = guest->vm.vcpu_fd;
    int result = settle(&guest->vm);

    if (result == 0)
        result = put_extended(snapshot, vcpu_fd, snapshot->host != kvm_kind(), lost);
    if (result == 0)
        result = put_msrs(snapshot, vcpu_fd);
    if (result == 0 && ioctl(vcpu_fd, KVM_SET_DEBUGREGS, &snapshot->debugregs) < 0)
        result = -errno;
    if (result < 0)
        return result;
    put_system(snapshot, guest, lost);
    run->s.regs.regs = snapshot->regs;
    put_events(snapshot, &run->s.regs.events);
    run->kvm_dirty_regs = SYNCED;
    return settle(&guest->vm);
}

static void put_transport(const struct snapshot *snapshot, struct guest *guest)
{
    guest->transport = (struct transport_end){
        .kind = (enum transport)snapshot->transport,
        .booted = snapshot->booted,
        .outstanding = snapshot->outstanding,
        .words_in = snapshot->words_in,
        .words_out = snapshot->words_out,
        .ring_jobs = snapshot->ring_jobs,
    };
    guest->fault = snapshot->fault;
    guest->fault_words = snapshot->fault_words % ABI_FAULT_WORDS;
}

static bool is_of(struct guest *guest, uint64_t length, uint64_t check)
{
    return length == guest->image.length && check == snapshot_digest(guest);
}

int snapshot_is_of(struct guest *guest, uint64_t length, uint64_t check, struct error *error)
{
    struct guest other = {.vm = vm_none};
    const bool is_checked = guest->is_loaded || guest->image.segment_count > 0;

    if (!is_of(guest, length, check)) {
        if (is_checked || guest->image.owned ||
            image_fetch(&other.image, image_writing, error) < 0 || !is_of(&other, length, check))
            return error_set(
                error, STATUS_DATA, EINVAL,
                "the snapshot is of another guest image than %s; --guest=FILE names it",
                guest->image.name);
        guest->image = other.image;
        guest->digest = other.digest;
    }
    return is_checked ? 0 : image_check(&guest->image, error);
}

int snapshot_put(const struct snapshot *snapshot, const uint8_t *pages, struct guest *guest,
                 unsigned *lost, struct error *error)
{
    int result = snapshot_is_of(guest, snapshot->image_length, snapshot->image_check, error);

    *lost = 0;
    if (result < 0)
        return result;
    if (pages)
        put_memory(snapshot, pages, guest->vm.memory, !guest->is_loaded);
    guest->is_loaded = true;
    put_transport(snapshot, guest);
    result = put_vcpu(snapshot, guest, lost);
    if (result < 0)
        return error_set(error, STATUS_DATA, -result,
                         "KVM does not take the vCPU's state from the snapshot: %s",
                         strerror(-result));
    return 0;
}
