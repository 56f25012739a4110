/* Guests that execute one of x86's sensitive instructions each, and keep what it answers. */
#include "guest/atlas/guest.h"

#define ANSWER ATLAS_ANSWER(%r12)
#define SAVED  ATLAS_SAVED(%r12)
#define IF     0x200

GUEST sgdt
LOOP
	I(sgdt ANSWER)
END

GUEST sidt
LOOP
	I(sidt ANSWER)
END

GUEST sldt
LOOP
	I(sldt %eax)
	I(movq %rax, ANSWER)
END

GUEST str
LOOP
	I(str %eax)
	I(movq %rax, ANSWER)
END

GUEST smsw
LOOP
	I(smsw %eax)
	I(movq %rax, ANSWER)
END

GUEST pushf
LOOP
	I(pushfq)
	I(popq %rax)
	I(movq %rax, ANSWER)
END

GUEST popf
LOOP
	I(pushfq)
	I(movq (%rsp), %rbx)
	I(andl $~IF, (%rsp))
	I(popfq)
	I(pushfq)
	I(popq %rax)
	I(movq %rax, ANSWER)
	I(pushq %rbx)
	I(popfq)
END

GUEST lar
LOOP
	I(movl $ABI_SELECTOR_DATA3, %ecx)
	I(xorl %eax, %eax)
	I(larl %ecx, %eax)
	I(movq %rax, ANSWER)
END

GUEST lsl
LOOP
	I(movl $ABI_SELECTOR_DATA3, %ecx)
	I(xorl %eax, %eax)
	I(lsll %ecx, %eax)
	I(movq %rax, ANSWER)
END

GUEST verr
LOOP
	I(movl $ABI_SELECTOR_DATA3, %ecx)
	I(xorl %eax, %eax)
	I(verr %cx)
	I(setz %al)
	I(movq %rax, ANSWER)
END

GUEST verw
LOOP
	I(movl $ABI_SELECTOR_DATA3, %ecx)
	I(xorl %eax, %eax)
	I(verw %cx)
	I(setz %al)
	I(movq %rax, ANSWER)
END

GUEST mov_from_cs
LOOP
	I(movl %cs, %eax)
	I(movq %rax, ANSWER)
END

GUEST mov_from_ss
LOOP
	I(movl %ss, %eax)
	I(movq %rax, ANSWER)
END

GUEST push_fs
LOOP
	I(pushq %fs)
	I(popq %rax)
	I(movq %rax, ANSWER)
END

/* Where a fault can leave something on the stack, each iteration begins with the same stack. */

GUEST pop_fs
	I(movq %rsp, %rbx)
LOOP
	I(movq %rbx, %rsp)
	I(pushq $ABI_SELECTOR_DATA3)
	I(popq %fs)
	I(movl %fs, %eax)
	I(movq %rax, ANSWER)
END

/* Far transfers within the segment: by the selector that is in cs. */

GUEST far_call
	I(movq %rsp, %rbx)
	SAID("leaq 1f, %rax", leaq 1f(%rip), %rax)
	I(movl %eax, SAVED)
	I(movw %cs, 4 + SAVED)
LOOP
	I(movq %rbx, %rsp)
	I(lcall *SAVED)
	SAID("jmp 2f", jmp 2f)
	SAID("1: movl 4(%rsp), %eax", 1: movl 4(%rsp), %eax)
	I(movq %rax, ANSWER)
	I(lretl)
2:
END

GUEST far_jump
	I(movl %r14d, SAVED)
	I(movw %cs, 4 + SAVED)
LOOP
	I(ljmp *SAVED)
END

GUEST far_return
	I(movq %rsp, %rbx)
LOOP
	I(movq %rbx, %rsp)
	I(movl %cs, %eax)
	I(pushq %rax)
	I(pushq %r14)
	I(lretq)
END

GUEST mov_from_cr0
LOOP
	I(movq %cr0, %rax)
	I(movq %rax, ANSWER)
END

GUEST mov_to_cr0
	I(movq %cr0, %rax)
LOOP
	I(movq %rax, %cr0)
END

GUEST mov_from_cr2
LOOP
	I(movq %cr2, %rax)
END

GUEST mov_from_cr3
LOOP
	I(movq %cr3, %rax)
	I(movq %rax, ANSWER)
END

GUEST mov_to_cr3
	I(movl $ABI_PAGE_TABLES, %eax)
LOOP
	I(movq %rax, %cr3)
END

GUEST mov_from_cr4
LOOP
	I(movq %cr4, %rax)
	I(movq %rax, ANSWER)
END

GUEST mov_from_cr8
LOOP
	I(movq %cr8, %rax)
	I(movq %rax, ANSWER)
END

GUEST mov_from_dr7
LOOP
	I(movq %dr7, %rax)
	I(movq %rax, ANSWER)
END

GUEST mov_to_dr7
	I(movl $0x400, %eax)
LOOP
	I(movq %rax, %dr7)
END

GUEST clts
LOOP
	I(clts)
END

GUEST lmsw
LOOP
	I(movl $0x33, %eax)
	I(lmsw %ax)
END

GUEST lgdt
	I(movw $ATLAS_GDT_LIMIT, SAVED)
	I(movq $ATLAS_GDT, 2 + SAVED)
LOOP
	I(lgdt SAVED)
END

GUEST lidt
	I(movw $ATLAS_IDT_LIMIT, SAVED)
	I(movq $ABI_BASE + ATLAS_IDT, 2 + SAVED)
LOOP
	I(lidt SAVED)
END

GUEST lldt
LOOP
	I(xorl %eax, %eax)
	I(lldt %ax)
END

GUEST cli
LOOP
	I(cli)
	I(pushfq)
	I(popq %rax)
	I(movq %rax, ANSWER)
	I(sti)
END

GUEST sti
LOOP
	I(sti)
END

GUEST invlpg
LOOP
	I(invlpg (%r13))
END

GUEST wbinvd
LOOP
	I(wbinvd)
END

GUEST invd
LOOP
	I(invd)
END

GUEST rdtsc
LOOP
	I(rdtsc)
END

GUEST rdpmc
LOOP
	I(xorl %ecx, %ecx)
	I(rdpmc)
END

GUEST xgetbv
LOOP
	I(xorl %ecx, %ecx)
	I(xgetbv)
END

GUEST swapgs
LOOP
	I(swapgs)
END

GUEST iretq
LOOP
	I(movl %ss, %eax)
	I(movq %rsp, %rdx)
	I(pushq %rax)
	I(pushq %rdx)
	I(pushfq)
	I(movl %cs, %eax)
	I(pushq %rax)
	I(pushq %r14)
	I(iretq)
END

	.section .note.GNU-stack, "", @progbits
