/* The allocator: a guest image in a VM of its own, ready to run, and what is known of it. */
#ifndef VMM_GUEST_H
#define VMM_GUEST_H

#include <stdint.h>

#include "base/error.h"
#include "guest/abi.h"
#include "vmm/exits.h"
#include "vmm/image.h"
#include "vmm/record.h"
#include "vmm/transport.h"
#include "vmm/vm.h"

/* Is called for every exit and every job; without one the VMM has nothing to do for it. image is
 * NULL for a guest that has none. Times of a job are from its being placed to its result. */
struct observer {
    void *context;
    void (*exit)(void *context, const struct image *image, const struct record *record);
    void (*job)(void *context, const struct abi_job *job, const struct abi_result *result,
                uint64_t placed, uint64_t finished);
};

struct guest {
    struct vm vm;
    struct image image;
    bool is_ours;        /* the embedded image, as it was made */
    bool is_loaded;      /* the image is in memory: by guest_load(), or from a snapshot */
    uint64_t digest;     /* CRC-64 of the image, 0 until a snapshot wants it */
    uint32_t protection; /* PROTECTION_ bits in force */
    bool apic;           /* it has a local APIC, in the kernel */
    struct transport_end transport;
    uint32_t fault_words; /* how much of fault ring 0 has reported */
    struct abi_fault fault;
    struct exits exits;
    const struct observer *observer; /* NULL for none; not owned */
};

/* Makes a VM for the image at path (NULL: the embedded one), whose bytes are read and not looked at
 * yet: memory pre-faulted as far as this transport and this engine use it, the vCPU in 64-bit mode
 * in ring 0. If all that is to run in it is ours, it gets a local APIC where KVM has one: our guest
 * never halts, and no other's hlt shall wait in the kernel. On error returns -errno with text and
 * status (66, 77, 74, 65 for the file, 69 or 77 for KVM, 71 for a system call) and nothing stays
 * open; otherwise guest_close() frees it. */
int guest_open(struct guest *guest, const char *path, bool ours, enum transport transport,
               enum engine engine, struct error *error);

/* Checks the image and puts it in place, with its tables, so that the next KVM_RUN boots it. Takes
 * no call of the system but memory of the heap: it is made for the sandbox. Returns 0, or -errno
 * with text and status 65 or 71; then the guest is only good for guest_close(). */
int guest_load(struct guest *guest, struct error *error);

/* Has a guest that has not booted find its first jobs in place, so that it need not ring for them:
 * it must be ours. Nothing for a guest that has booted. */
void guest_begin(struct guest *guest);

/* Calls observer for every exit from now on. */
void guest_observe(struct guest *guest, const struct observer *observer);

void guest_close(struct guest *guest);

#endif
