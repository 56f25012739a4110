/* Faults in ring 0. */
#include "ring0.h"

hostile_ring0:
	ud2
