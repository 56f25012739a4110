/* Halts in ring 0. */
#include "ring0.h"

hostile_ring0:
1:	hlt
	jmp 1b
