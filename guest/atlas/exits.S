/* Guests that leave guest mode, each in another way. */
#include "guest/atlas/guest.h"

GUEST nothing
LOOP
END

/* Ports. */

GUEST out8
	I(movl $ATLAS_PORT, %edx)
LOOP
	I(outb %al, %dx)
END

GUEST out16
	I(movl $ATLAS_PORT, %edx)
LOOP
	I(outw %ax, %dx)
END

GUEST out32
	I(movl $ATLAS_PORT, %edx)
LOOP
	I(outl %eax, %dx)
END

GUEST in8
	I(movl $ATLAS_PORT, %edx)
LOOP
	I(inb %dx, %al)
END

GUEST in16
	I(movl $ATLAS_PORT, %edx)
LOOP
	I(inw %dx, %ax)
END

GUEST in32
	I(movl $ATLAS_PORT, %edx)
LOOP
	I(inl %dx, %eax)
END

GUEST outs
	I(movl $ATLAS_PORT, %edx)
	I(cld)
LOOP
	I(leaq ATLAS_BUFFER(%r12), %rsi)
	I(movl $ATLAS_STRING, %ecx)
	I(rep outsl)
END

GUEST ins
	I(movl $ATLAS_PORT, %edx)
	I(cld)
LOOP
	I(leaq ATLAS_BUFFER(%r12), %rdi)
	I(movl $ATLAS_STRING, %ecx)
	I(rep insl)
END

GUEST out_foreign
LOOP
	I(outb %al, $ATLAS_PORT_FOREIGN)
END

/* The target: whatever is or is not at its first address. */

GUEST store
LOOP
	I(movl %eax, (%r13))
END

GUEST load
LOOP
	I(movl (%r13), %eax)
END

GUEST store_unknown
LOOP
	I(paddb (%r13), %mm0)
END

GUEST touch
LOOP
	I(movq %r13, %rdi)
	I(movl $ATLAS_TARGET_SIZE / ABI_PAGE, %ecx)
	SAID("1: movb %al, (%rdi)", 1: movb %al, (%rdi))
	I(addq $ABI_PAGE, %rdi)
	I(decl %ecx)
	SAID("jnz 1b", jnz 1b)
END

/* The processor. */

GUEST hlt
LOOP
	I(hlt)
END

GUEST step
LOOP
	I(nop)
END

GUEST endless
LOOP
	SAID("1: jmp 1b", 1: jmp 1b)
END

GUEST window
	I(cli)
LOOP
	I(sti)
	I(nop)
	I(cli)
END

GUEST set_tpr
LOOP
	I(movl $2, %eax)
	I(movq %rax, %cr8)
	I(movl $1, %eax)
	I(movq %rax, %cr8)
END

GUEST cpuid
LOOP
	I(xorl %eax, %eax)
	I(cpuid)
END

GUEST rdmsr_known
	I(movl $ATLAS_MSR_KNOWN, %ecx)
LOOP
	I(rdmsr)
END

GUEST rdmsr_unknown
	I(movl $ATLAS_MSR_UNKNOWN, %ecx)
LOOP
	I(rdmsr)
END

GUEST wrmsr_known
	I(movl $ATLAS_MSR_IGNORED, %ecx)
	I(xorl %eax, %eax)
	I(xorl %edx, %edx)
LOOP
	I(wrmsr)
END

GUEST wrmsr_unknown
	I(movl $ATLAS_MSR_UNKNOWN, %ecx)
	I(xorl %eax, %eax)
	I(xorl %edx, %edx)
LOOP
	I(wrmsr)
END

GUEST crash
	I(movl $ATLAS_MSR_CRASH, %ecx)
	I(xorl %eax, %eax)
	I(movl $0x80000000, %edx)
LOOP
	I(wrmsr)
END

GUEST vmcall
LOOP
	I(movl $ATLAS_HYPERCALL_UNKNOWN, %eax)
	I(vmcall)
END

GUEST vmmcall
LOOP
	I(movl $ATLAS_HYPERCALL_UNKNOWN, %eax)
	I(vmmcall)
END

GUEST vmcall_user
	I(xorl %ebx, %ebx)
	I(movl $1, %ecx)
	I(xorl %edx, %edx)
LOOP
	I(movl $ATLAS_HYPERCALL_USER, %eax)
	I(vmcall)
END

GUEST vmmcall_user
	I(xorl %ebx, %ebx)
	I(movl $1, %ecx)
	I(xorl %edx, %edx)
LOOP
	I(movl $ATLAS_HYPERCALL_USER, %eax)
	I(vmmcall)
END

GUEST split_lock
LOOP
	I(lock incl ABI_PAGE - 2(%r13))
END

/* Faults, which stay in the guest unless there is nobody to take them. */

GUEST int3
LOOP
	I(int3)
END

GUEST int80
LOOP
	I(int $ATLAS_VECTOR_INT)
END

GUEST icebp
LOOP
	SAID("icebp", .byte 0xf1)
END

GUEST ud2
LOOP
	I(ud2)
END

GUEST divide
LOOP
	I(xorl %ecx, %ecx)
	I(divl %ecx)
END

GUEST syscall
LOOP
	I(syscall)
END

	.section .note.GNU-stack, "", @progbits
