/* Reports half of a fault, then rings the doorbell. */
#include "ring0.h"

hostile_ring0:
	movl $(ABI_FAULT_WORDS - 1), %ecx
	movl $ABI_PORT_FAULT, %edx
1:	outl %eax, %dx
	loop 1b
	movl $ABI_PORT_DOORBELL, %edx
	movl $1, %eax
	outl %eax, %dx
