/* Reports a fault that cannot be. */
#include "ring0.h"

hostile_ring0:
	movl $ABI_FAULT_WORDS, %ecx
	movl $ABI_PORT_FAULT, %edx
	movl $-1, %eax
1:	outl %eax, %dx
	loop 1b
