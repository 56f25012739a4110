/* Reads a model-specific register that there is none. */
#include "ring0.h"

hostile_ring0:
	movl $0x12345678, %ecx
	rdmsr
