/* The ring-0 part of the exit atlas: the entry and a stub for each vector.
 *
 * A fault is counted in the mailbox and the guest goes on at the address in r14, so that a guest
 * can provoke one fault after another. r12 is the mailbox, whatever ring has faulted.
 */
#include "guest/atlas/atlas_abi.h"

	.section .rodata.atlas_ring0, "a"
	.code64

	.balign 16
	.globl atlas_ring0
	.type atlas_ring0, @object
atlas_ring0:
	.set vector, 0
	.rept ABI_VECTORS + 1
	.balign ATLAS_STUB_SIZE
	.if vector == ABI_VECTORS
	pushq $0
	pushq $ATLAS_VECTOR_INT
	.else
	.if !(ABI_VECTORS_WITH_ERROR_CODE >> vector & 1)
	pushq $0
	.endif
	pushq $vector
	.endif
	jmp fault
	.set vector, vector + 1
	.endr
	.balign ATLAS_STUB_SIZE

fault:
	popq ATLAS_VECTOR(%r12)
	popq ATLAS_ERROR(%r12)
	pushq (%rsp)
	popq ATLAS_RIP(%r12)
	incq ATLAS_FAULTS(%r12)
	movq %r14, (%rsp)
	iretq

	.globl atlas_entry
	.type atlas_entry, @object
atlas_entry:
	movl $ABI_SELECTOR_TSS, %eax
	ltr %ax
	iretq

	.globl atlas_ring0_end
atlas_ring0_end:
	.size atlas_ring0, . - atlas_ring0

	.section .note.GNU-stack, "", @progbits
