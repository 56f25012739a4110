/* Halts in ring 0. */
#include "hostile.h"

HOSTILE_RING0("1: hlt\n"
              "jmp 1b\n")
