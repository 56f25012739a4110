/* Overflows the stack of ring 0, so that a fault cannot be pushed. */
#include "hostile.h"

HOSTILE_RING0("1: pushq $0\n"
              "jmp 1b\n")
