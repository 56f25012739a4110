/* A VM with one guest of the atlas in it. */
#ifndef ATLAS_PROBE_H
#define ATLAS_PROBE_H

#include "atlas/atlas.h"

struct atlas_probe {
    int kvm_fd; /* /dev/kvm; not owned */
    struct vm vm;
    const struct atlas_row *row;
    unsigned ring;
    uint64_t cr4;    /* bits beyond those of every guest */
    uint8_t *target; /* memory behind the target, ATLAS_TARGET_SIZE bytes; NULL for none */
    void *mapped;    /* what has been mapped for it, 2 * ATLAS_TARGET_SIZE bytes */
    int event_fd;    /* -1 for none */
    struct kvm_coalesced_mmio_ring *coalesced;
    struct kvm_dirty_gfn *dirty; /* NULL for none */
    uint32_t dirty_entries, dirty_next;
    uint64_t kick_ns; /* how long after the start of a sample its signal is due */
    int refused;      /* errno of a provision that failed between samples */
};

/* Makes the VM from kvm_fd, /dev/kvm, its memory, what the row provides for, and its vCPU, ready
 * for probe_boot(). On error returns -errno with text and status, *provided says whether the row's
 * own provision is what failed, and nothing stays open; otherwise probe_close() frees it. */
int probe_open(struct atlas_probe *probe, int kvm_fd, const struct atlas_row *row, unsigned ring,
               bool *provided, struct error *error);

/* Whether a KVM_RUN that returned this, with this errno, was ended by a signal: the watchdog's, or
 * one that has nothing to do with us, as after Ctrl-Z, when the guest is to be entered again. */
bool probe_is_signal(int answer, int code);

/* Sets the vCPU to the entry with tables as new, and runs it up to the guest's first doorbell,
 * which is completed by a KVM_RUN that leaves at once (api.rst, immediate_exit): the next KVM_RUN
 * begins after it. Returns 0, or -errno with text and status. */
int probe_boot(struct atlas_probe *probe, struct error *error);

/* Completes the exit that the guest has made, by a KVM_RUN that leaves at once. */
void probe_complete(struct atlas_probe *probe);

/* Whether the exit that run shows is the doorbell. */
bool probe_is_doorbell(const struct kvm_run *run);

/* The mailbox, which the guest may write at any time that it runs. */
struct atlas_mailbox *probe_mailbox(const struct atlas_probe *probe);

/* Guest virtual address of a place in the guest's code. */
uint64_t probe_address(const struct atlas_probe *probe, const uint8_t *place);

/* Puts size bytes of fresh memory behind the target as memslot 1, with KVM_MEM_ flags, in small
 * pages or, with huge, in a large one where the host has one. Returns 0, or -errno with text. */
int probe_back_target(struct atlas_probe *probe, uint32_t flags, bool huge, struct error *error);

/* Keeps errno if answer is negative, for the row to end with: a provision that failed between
 * samples. */
void probe_note(struct atlas_probe *probe, int answer);

void probe_close(struct atlas_probe *probe);

#endif
