/* All that runs in ring 0: the entry, which drops to ring 3 at once, and a fault stub per vector.
 *
 * At entry rsp points at the interrupt frame that the VMM has built for ring 3, and rdi and
 * rsi are the arguments of ring 3. TR must be loaded here: a TR set by KVM_SET_SREGS must be busy
 * for VT-x, and then AMD-V under QEMU refuses the I/O bitmap.
 */
#include "guest/abi.h"

	.section .ring0, "ax", @progbits
	.code64

	.globl ring0_entry
	.type ring0_entry, @function
ring0_entry:
	movl $ABI_SELECTOR_TSS, %eax
	ltr %ax
	iretq
	.size ring0_entry, . - ring0_entry

	.balign ABI_FAULT_STUB_SIZE
	.globl ring0_fault_stubs
	.type ring0_fault_stubs, @function
ring0_fault_stubs:
	.set vector, 0
	.rept ABI_VECTORS
	.balign ABI_FAULT_STUB_SIZE
	.if !(ABI_VECTORS_WITH_ERROR_CODE >> vector & 1)
	pushq $0
	.endif
	pushq $vector
	jmp ring0_fault
	.set vector, vector + 1
	.endr
	.balign ABI_FAULT_STUB_SIZE
	.size ring0_fault_stubs, . - ring0_fault_stubs

/* Completes struct abi_fault on the stack and writes it out; the VMM does not come back. */
	.type ring0_fault, @function
ring0_fault:
	movq %cr2, %rax
	pushq %rax
	movq %rsp, %rsi
	movl $ABI_FAULT_WORDS, %ecx
	movl $ABI_PORT_FAULT, %edx
	cld
	rep outsl
1:	hlt
	jmp 1b
	.size ring0_fault, . - ring0_fault

	.section .note.GNU-stack, "", @progbits
