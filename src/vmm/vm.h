/* The allocator's resources: a VM with one vCPU and memory, made and given back. */
#ifndef VMM_VM_H
#define VMM_VM_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "guest/abi.h"
#include "observe/kernel_stats.h"
#include "vmm/address.h"

/* One VM with one vCPU. Descriptors are -1 and pointers NULL while they stand for nothing. */
struct vm {
    int vm_fd;
    int vcpu_fd;
    bool is_logged; /* which pages the guest writes: dirty.h */
    struct kernel_stats stats;
    struct kvm_run *run;
    size_t run_size;
    uint8_t *memory; /* gpa 0 to ABI_MEMORY_SIZE; hostile once the guest has run */
};

/* The interrupt frame from which `iretq` enters the guest (SDM vol. 3, 6.14.3). */
struct vm_frame {
    uint64_t rip, cs, rflags, rsp, ss;
};

/* A VM that is not there yet. */
extern const struct vm vm_none;

/* The steps in which a VM is made: an empty VM from kvm_fd, /dev/kvm, which is not kept; local
 * APICs in the kernel for the vCPUs to come, below; zeroed memory that is no part of core dumps,
 * with mmap flags besides MAP_PRIVATE and MAP_ANONYMOUS; that memory as memslot 0; the vCPU and
 * struct kvm_run, in the state of a reset. On error they return -errno with text and status, and
 * vm_close() frees what there is.
 *
 * A vCPU without a local APIC in the kernel is an exception to KVM, for which Linux writes its own
 * code anew on all CPUs when the first one comes and when the last one goes (kvm_has_noapic_vcpu in
 * arch/x86/kvm/lapic.c). With one, hlt waits in the kernel, and so does KVM_RUN. A KVM that has no
 * such APICs (api.rst, KVM_CAP_SPLIT_IRQCHIP) is no error: *made says. */
int vm_create(struct vm *vm, int kvm_fd, struct error *error);
int vm_create_apic(struct vm *vm, bool *made, struct error *error);
int vm_create_memory(struct vm *vm, int flags, struct error *error);
int vm_attach_memory(struct vm *vm, struct error *error);
int vm_create_vcpu(struct vm *vm, int kvm_fd, struct error *error);

/* Attaches the memory with flags of the memslot, or changes the flags of what is attached. */
int vm_set_memory(struct vm *vm, uint32_t flags, struct error *error);

/* Writes the frame on top of the ring-0 stack and returns where the guest sees it. */
struct gva vm_push_frame(struct vm *vm, const struct vm_frame *frame);

/* Gives up what running the guest does not need: the VM's descriptor is closed unless is_logged,
 * the vCPU's keeps the VM in being. With stats the kernel's counters are opened before. */
void vm_seal(struct vm *vm, bool stats);

void vm_close(struct vm *vm);

#endif
