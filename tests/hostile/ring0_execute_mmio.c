/* Executes where there is no memory. */
#include "hostile.h"
#include "tables.h"

HOSTILE_RING0(HOSTILE_MAP_ALL "movl $0x20100000, %eax\n"
                              "jmp *%rax\n")
