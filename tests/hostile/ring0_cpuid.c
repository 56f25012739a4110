/* Executes CPUID for ever. */
#include "hostile.h"

HOSTILE_RING0("1: xorl %eax, %eax\n"
              "cpuid\n"
              "jmp 1b\n")
