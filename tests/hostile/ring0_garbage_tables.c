/* Fills the page tables of the VMM with ones, then faults. */
#include "hostile.h"
#include "tables.h"

HOSTILE_RING0(HOSTILE_MAP_ALL "movl $0x20000000, %edi\n"
                              "movl $4096, %ecx\n"
                              "movl $-1, %eax\n"
                              "rep stosl\n"
                              "movl 0x12345678, %eax\n")
