/* The kinds of memory that rows of the atlas put behind the target. */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "atlas/probe.h"
#include "atlas/provisions.h"

#define DIRTY_BYTES_MIN 4096u
#define DIRTY_BYTES_MAX 65536u
#define DIRTY_PAGES     (ATLAS_TARGET_SIZE / ABI_PAGE)

static void fault_in(struct atlas_probe *probe)
{
    for (size_t at = 0; at < ATLAS_TARGET_SIZE; at += ABI_PAGE)
        *(volatile uint8_t *)(probe->target + at) = 0;
}

static void give_back(struct atlas_probe *probe)
{
    probe_note(probe, madvise(probe->target, ATLAS_TARGET_SIZE, MADV_DONTNEED));
}

static void give_back_and_fault_in(struct atlas_probe *probe)
{
    give_back(probe);
    fault_in(probe);
}

static int back_small(struct atlas_probe *probe, struct error *error)
{
    return probe_back_target(probe, 0, false, error);
}

static int back_huge(struct atlas_probe *probe, struct error *error)
{
    return probe_back_target(probe, 0, true, error);
}

static int back_memory(struct atlas_probe *probe, struct error *error)
{
    int result = probe_back_target(probe, 0, false, error);

    if (result == 0)
        fault_in(probe);
    return result;
}

static int back_read_only(struct atlas_probe *probe, struct error *error)
{
    int result = probe_back_target(probe, KVM_MEM_READONLY, false, error);

    if (result == 0)
        fault_in(probe);
    return result;
}

static int back_nothing(struct atlas_probe *probe, struct error *error)
{
    int result = probe_back_target(probe, 0, false, error);

    if (result == 0 && mprotect(probe->target, ATLAS_TARGET_SIZE, PROT_NONE) < 0)
        result = error_set(error, STATUS_SYSTEM, errno, "mprotect: %s", strerror(errno));
    return result;
}

const struct atlas_provision provision_memory = {.vm = back_memory};
const struct atlas_provision provision_read_only = {.vm = back_read_only};
const struct atlas_provision provision_unbacked = {.vm = back_nothing};
const struct atlas_provision provision_cold = {.vm = back_small, .sample = give_back};
const struct atlas_provision provision_prefaulted = {
    .vm = back_small,
    .sample = give_back_and_fault_in,
};
const struct atlas_provision provision_huge_cold = {.vm = back_huge, .sample = give_back};
const struct atlas_provision provision_huge = {
    .vm = back_huge,
    .sample = give_back_and_fault_in,
};

/* The dirty log, fetched before each sample, which makes KVM watch for writes again. */

static int back_logged(struct atlas_probe *probe, struct error *error)
{
    int result = probe_back_target(probe, KVM_MEM_LOG_DIRTY_PAGES, false, error);

    if (result == 0)
        fault_in(probe);
    return result;
}

static void fetch_log(struct atlas_probe *probe)
{
    uint64_t bitmap[DIRTY_PAGES / 64];
    struct kvm_dirty_log log = {.slot = 1, .dirty_bitmap = bitmap};

    probe_note(probe, ioctl(probe->vm.vm_fd, KVM_GET_DIRTY_LOG, &log));
}

const struct atlas_provision provision_dirty_log = {.vm = back_logged, .sample = fetch_log};

/* With manual protection the log is only read by KVM_GET_DIRTY_LOG, and it is another call that
 * clears it and makes KVM watch again: api.rst, KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2. */

static int back_logged_manually(struct atlas_probe *probe, struct error *error)
{
    struct kvm_enable_cap cap = {
        .cap = KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2,
        .args = {KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE},
    };

    if (ioctl(probe->vm.vm_fd, KVM_ENABLE_CAP, &cap) < 0)
        return error_set(error, STATUS_NO_KVM, errno, "KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2: %s",
                         strerror(errno));
    return back_logged(probe, error);
}

static void clear_log(struct atlas_probe *probe)
{
    uint64_t bitmap[DIRTY_PAGES / 64];
    struct kvm_clear_dirty_log clear = {
        .slot = 1, .num_pages = DIRTY_PAGES, .dirty_bitmap = bitmap};

    memset(bitmap, 0xff, sizeof(bitmap));
    probe_note(probe, ioctl(probe->vm.vm_fd, KVM_CLEAR_DIRTY_LOG, &clear));
}

static void fetch_and_clear_log(struct atlas_probe *probe)
{
    fetch_log(probe);
    clear_log(probe);
}

const struct atlas_provision provision_dirty_log_manual = {
    .vm = back_logged_manually,
    .sample = fetch_and_clear_log,
};
const struct atlas_provision provision_get_log = {.vm = back_logged, .call = fetch_log};
const struct atlas_provision provision_get_log_manual = {
    .vm = back_logged_manually,
    .sample = clear_log,
    .call = fetch_log,
};
const struct atlas_provision provision_clear_log = {
    .vm = back_logged_manually,
    .call = clear_log,
};

/* The dirty ring, as small as this KVM takes it, so that one pass over the target fills it. */

static int make_ring(struct atlas_probe *probe, struct error *error)
{
    for (uint32_t size = DIRTY_BYTES_MIN; size <= DIRTY_BYTES_MAX; size *= 2) {
        struct kvm_enable_cap cap = {.cap = KVM_CAP_DIRTY_LOG_RING, .args = {size}};

        if (ioctl(probe->vm.vm_fd, KVM_ENABLE_CAP, &cap) == 0) {
            probe->dirty_entries = size / sizeof(struct kvm_dirty_gfn);
            return back_logged(probe, error);
        }
    }
    return error_set(error, STATUS_NO_KVM, errno, "KVM_CAP_DIRTY_LOG_RING: %s", strerror(errno));
}

static int map_ring(struct atlas_probe *probe, struct error *error)
{
    void *ring =
        mmap(NULL, probe->dirty_entries * sizeof(struct kvm_dirty_gfn), PROT_READ | PROT_WRITE,
             MAP_SHARED, probe->vm.vcpu_fd, (off_t)KVM_DIRTY_LOG_PAGE_OFFSET * ABI_PAGE);

    if (ring == MAP_FAILED)
        return error_set(error, STATUS_NO_KVM, errno, "mapping the dirty ring: %s",
                         strerror(errno));
    probe->dirty = ring;
    return 0;
}

/* Takes what is in the ring and lets KVM watch those pages again: api.rst, 8.29. */
static void harvest_ring(struct atlas_probe *probe)
{
    for (uint32_t i = 0; i < probe->dirty_entries; i++) {
        struct kvm_dirty_gfn *entry = &probe->dirty[probe->dirty_next % probe->dirty_entries];

        if (!(__atomic_load_n(&entry->flags, __ATOMIC_ACQUIRE) & KVM_DIRTY_GFN_F_DIRTY))
            break;
        __atomic_store_n(&entry->flags, KVM_DIRTY_GFN_F_RESET, __ATOMIC_RELEASE);
        probe->dirty_next++;
    }
    probe_note(probe, ioctl(probe->vm.vm_fd, KVM_RESET_DIRTY_RINGS, 0));
}

static void unmap_ring(struct atlas_probe *probe)
{
    if (probe->dirty)
        munmap(probe->dirty, probe->dirty_entries * sizeof(struct kvm_dirty_gfn));
}

const struct atlas_provision provision_dirty_ring = {
    .vm = make_ring,
    .vcpu = map_ring,
    .sample = harvest_ring,
    .serve = harvest_ring,
    .close = unmap_ring,
};
