/* Reads a model-specific register for ever. */
#include "ring0.h"

hostile_ring0:
1:	movl $0xc0000080, %ecx
	rdmsr
	jmp 1b
