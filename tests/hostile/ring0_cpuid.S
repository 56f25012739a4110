/* Executes CPUID for ever. */
#include "ring0.h"

hostile_ring0:
1:	xorl %eax, %eax
	cpuid
	jmp 1b
