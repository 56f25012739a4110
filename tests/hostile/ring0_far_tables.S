/* Has CR3 point at the end of what 64 bits can say. A CPU faults, or is not entered any more. */
#include "ring0.h"

hostile_ring0:
	movl $-ABI_PAGE, %eax
	cltq
	movq %rax, %cr3
	hlt
