/* Builds the guest's GDT, TSS with I/O bitmap, and IDT in its system page, and the registers that
 * go with them. */
#ifndef VMM_DESCRIPTORS_H
#define VMM_DESCRIPTORS_H

#include <linux/kvm.h>
#include <stdint.h>

/* Offsets in the system page, and limits as KVM_SET_SREGS wants them (size - 1). */
#define DESCRIPTORS_GDT 0x000
#define DESCRIPTORS_TSS 0x040
#define DESCRIPTORS_IDT 0x800

#define DESCRIPTORS_GDT_LIMIT (0x38 - 1)
#define DESCRIPTORS_IDT_LIMIT (16 * 32 - 1)

/* Writes all three into page, which is the zeroed system page. Every IDT gate leads to its stub at
 * fault_stubs (struct abi_note), in ring 0 on the ring-0 stack, a double fault on a stack of its
 * own. The I/O bitmap allows ring 3 its ports of abi.h, whole, and nothing else. */
void descriptors_build(uint8_t *page, uint64_t fault_stubs);

/* Writes an interrupt gate to ring 0 into the table at idt, for `int` from rings up to dpl (SDM
 * vol. 3, 6.14.1); the double fault has a stack of its own. */
void descriptors_gate(uint8_t *idt, unsigned vector, uint64_t handler, unsigned dpl);

/* The system registers of 64-bit mode in ring 0 with these tables and the page tables of
 * paging.h. */
void descriptors_sregs(struct kvm_sregs *sregs);

#endif
