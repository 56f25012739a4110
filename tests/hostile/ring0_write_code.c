/* Writes to its own code, which it has made writable, and halts by what it wrote. */
#include "hostile.h"
#include "tables.h"

HOSTILE_RING0(HOSTILE_MAP_ALL "movb $0xf4, 1f(%rip)\n"
                              "1: nop\n")
