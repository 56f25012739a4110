/* Never leaves ring 0. */
#include "hostile.h"

HOSTILE_RING0("1: jmp 1b\n")
