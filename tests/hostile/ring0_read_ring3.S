/* Reads memory of ring 3 in ring 0, and halts if it may. */
#include "ring0.h"

hostile_ring0:
	movl ABI_BASE + ABI_JOB_PAGE, %eax
	hlt
