/* Overflows the stack of ring 0, so that a fault cannot be pushed. */
#include "ring0.h"

hostile_ring0:
1:	pushq $0
	jmp 1b
