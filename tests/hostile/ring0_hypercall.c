/* Calls the hypervisor for ever; where the host has another instruction for that than this one, KVM
 * puts it there. */
#include "hostile.h"
#include "tables.h"

HOSTILE_RING0(HOSTILE_MAP_ALL "1: movl $99, %eax\n"
                              "vmcall\n"
                              "jmp 1b\n")
