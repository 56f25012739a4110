/* Reads a model-specific register that there is none. */
#include "hostile.h"

HOSTILE_RING0("movl $0x12345678, %ecx\n"
              "rdmsr\n")
