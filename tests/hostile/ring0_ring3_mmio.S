/* Lets ring 3 store where there is no memory. */
#include "tables.h"

hostile_ring0:
	HOSTILE_LOAD_TABLES
	movl $1f, %eax
	movq %rax, (%rsp)
	movl $ABI_SELECTOR_TSS, %eax
	ltr %ax
	iretq
1:	movl %eax, HOSTILE_NO_MEMORY
