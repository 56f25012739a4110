/* Reports a fault that cannot be. */
#include "hostile.h"

HOSTILE_RING0("movl $16, %ecx\n"
              "movl $0x1950, %edx\n"
              "movl $-1, %eax\n"
              "1: outl %eax, %dx\n"
              "loop 1b\n")
