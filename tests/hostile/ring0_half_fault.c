/* Reports half of a fault, then rings the doorbell. */
#include "hostile.h"

HOSTILE_RING0("movl $15, %ecx\n"
              "movl $0x1950, %edx\n"
              "1: outl %eax, %dx\n"
              "loop 1b\n"
              "movl $0x1948, %edx\n"
              "movl $1, %eax\n"
              "outl %eax, %dx\n")
