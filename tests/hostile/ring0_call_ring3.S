/* Executes code of ring 3 in ring 0, and halts if it may. */
#include "ring0.h"

hostile_ring0:
	call jobs_main
	hlt
