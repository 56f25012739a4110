/* The allocator: makes the VM, gives it memory and a vCPU, and takes all of it back. */
#ifndef VMM_VM_H
#define VMM_VM_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "guest/abi.h"
#include "vmm/exits.h"
#include "vmm/image.h"
#include "vmm/kernel_stats.h"
#include "vmm/record.h"
#include "vmm/transport.h"

struct vm;

/* What a struct vm begins as. */
#define VM_CLOSED .kvm_fd = -1, .vm_fd = -1, .vcpu_fd = -1, .stats = KERNEL_STATS_CLOSED

/* Who wants to know of every exit, and of every job; the VMM does without. Times of a job are from
 * its being placed to its result. */
struct observer {
    void *context;
    void (*exit)(void *context, const struct vm *vm, const struct record *record);
    void (*job)(void *context, const struct abi_job *job, const struct abi_result *result,
                uint64_t placed, uint64_t finished);
};

/* One VM with one vCPU. Descriptors are -1 and pointers NULL while there is nothing behind them. */
struct vm {
    int kvm_fd;
    int vm_fd;
    int vcpu_fd;
    struct kernel_stats stats;
    struct kvm_run *run;
    size_t run_size;
    uint32_t protection; /* PROTECTION_ bits in force */
    uint8_t *memory;     /* gpa 0 to ABI_MEMORY_SIZE; hostile once the guest has run */
    struct image image;
    struct transport_end transport;
    uint32_t fault_words; /* how much of fault ring 0 has reported */
    struct abi_fault fault;
    struct exits exits;
    const struct observer *observer; /* NULL for none; not owned */
};

/* Makes a VM that boots the image at path (NULL: the embedded one) at the next KVM_RUN: memory
 * pre-faulted as far as this transport and this engine use it, image and tables in place, the vCPU
 * in 64-bit mode at the image's entry. On error returns -errno with text and status (65 for the
 * image, 69 or 77 for KVM, 71 for a system call) and nothing stays open; otherwise vm_close() frees
 * it. */
int vm_open(struct vm *vm, const char *path, enum transport transport, enum engine engine,
            struct error *error);

/* The steps of vm_open() that know nothing of an image, for VMs of another shape: /dev/kvm and an
 * empty VM; its vCPU and struct kvm_run, in the state of a reset. *vm has to be VM_CLOSED before.
 * On error they return -errno with text and status, and vm_close() frees what there is. */
int vm_create(struct vm *vm, struct error *error);
int vm_create_vcpu(struct vm *vm, struct error *error);

/* Gives up what running the guest does not need: /dev/kvm and the VM's descriptor are closed, the
 * vCPU's keeps the VM in being. With stats the kernel's counters are opened before. */
void vm_seal(struct vm *vm, bool stats);

/* Has observer told of every exit from now on, with the guest's rip. */
void vm_observe(struct vm *vm, const struct observer *observer);

void vm_close(struct vm *vm);

#endif
