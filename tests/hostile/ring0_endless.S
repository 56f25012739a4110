/* Never leaves ring 0. */
#include "ring0.h"

hostile_ring0:
1:	jmp 1b
