/* Stores where there is no memory, for ever. */
#include "hostile.h"
#include "tables.h"

HOSTILE_RING0(HOSTILE_MAP_ALL "1: movl %eax, 0x20100000\n"
                              "jmp 1b\n")
