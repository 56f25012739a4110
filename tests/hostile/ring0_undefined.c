/* Faults in ring 0. */
#include "hostile.h"

HOSTILE_RING0("ud2\n")
