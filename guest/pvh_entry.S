/* The PVH entry: from 32-bit protected mode without paging to pvh_main() in long mode.
 *
 * ebx holds the physical address of struct hvm_start_info; segments are flat, interrupts off (Xen,
 * docs/misc/pvh.pandoc). The first GiB is mapped to itself, but for the 2 MiB at ABI_BASE. There is
 * no IDT: a fault is a triple fault, which ends the machine.
 */
#include "guest/pvh.h"

#define PHYSICAL(address) ((address) - ABI_BASE + PVH_LOAD)

#define LEVEL4 PHYSICAL(ABI_BASE + ABI_PAGE_TABLES)
#define LEVEL3 (LEVEL4 + ABI_PAGE)
#define LEVEL2 (LEVEL4 + 2 * ABI_PAGE)
#define LEVEL1 (LEVEL4 + 3 * ABI_PAGE)

#define ENTRIES       512
#define ENTRY_BYTES   8
#define PRESENT_WRITE 0x3
#define LARGE         0x80
#define LARGE_SHIFT   21
#define PAGE_SHIFT    12

#define CR0_PG      (1 << 31)
#define CR4_PAE     (1 << 5)
#define MSR_EFER    0xc0000080
#define EFER_LME    (1 << 8)
#define STACK_TOP   (ABI_BASE + ABI_RING3_STACK + ABI_RING3_STACK_PAGES * ABI_PAGE)

	.section .note.Xen, "a", @note
	.balign 4
	.long 2f - 1f
	.long 4f - 3f
	.long PVH_NOTE_TYPE
1:	.asciz PVH_NOTE_NAME
2:	.balign 4
3:	.long PHYSICAL(pvh_entry)
4:

	.section .ring0, "ax", @progbits
	.code32

	.globl pvh_entry
	.type pvh_entry, @function
pvh_entry:
	cld
	xorl %eax, %eax
	movl $LEVEL4, %edi
	movl $(4 * ABI_PAGE / 4), %ecx
	rep stosl
	movl $(LEVEL3 | PRESENT_WRITE), LEVEL4
	movl $(LEVEL2 | PRESENT_WRITE), LEVEL3

	xorl %ecx, %ecx
1:	movl %ecx, %eax
	shll $LARGE_SHIFT, %eax
	orl $(LARGE | PRESENT_WRITE), %eax
	movl %eax, LEVEL2(, %ecx, ENTRY_BYTES)
	movl %ecx, %eax
	shll $PAGE_SHIFT, %eax
	andl $(PVH_MEMORY - 1), %eax
	addl $(PVH_LOAD | PRESENT_WRITE), %eax
	movl %eax, LEVEL1(, %ecx, ENTRY_BYTES)
	incl %ecx
	cmpl $ENTRIES, %ecx
	jb 1b
	movl $(LEVEL1 | PRESENT_WRITE), LEVEL2 + (ABI_BASE >> LARGE_SHIFT) * ENTRY_BYTES

	lgdt PHYSICAL(pvh_gdtr)
	lidt PHYSICAL(pvh_idtr)
	movl %cr4, %eax
	orl $CR4_PAE, %eax
	movl %eax, %cr4
	movl $LEVEL4, %eax
	movl %eax, %cr3
	movl $MSR_EFER, %ecx
	rdmsr
	orl $EFER_LME, %eax
	wrmsr
	movl %cr0, %eax
	orl $CR0_PG, %eax
	movl %eax, %cr0
	ljmpl $ABI_SELECTOR_CODE0, $pvh_long
	.size pvh_entry, . - pvh_entry

	.code64
	.type pvh_long, @function
pvh_long:
	movl $ABI_SELECTOR_DATA0, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	movl $STACK_TOP, %esp
	movl %ebx, %edi
	call pvh_main
1:	hlt
	jmp 1b
	.size pvh_long, . - pvh_long

	.balign 8
pvh_gdt:
	.quad 0
	.quad 0x00af9b000000ffff /* ABI_SELECTOR_CODE0: 64-bit, ring 0 */
	.quad 0x00cf93000000ffff /* ABI_SELECTOR_DATA0 */
pvh_gdtr:
	.word pvh_gdtr - pvh_gdt - 1
	.long pvh_gdt
pvh_idtr:
	.word 0
	.long 0

	.section .note.GNU-stack, "", @progbits
