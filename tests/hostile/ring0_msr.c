/* Reads a model-specific register for ever. */
#include "hostile.h"

HOSTILE_RING0("1: movl $0xc0000080, %ecx\n"
              "rdmsr\n"
              "jmp 1b\n")
