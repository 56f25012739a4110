/* Lets ring 3 store where there is no memory. */
#include "hostile.h"
#include "tables.h"

HOSTILE_RING0(HOSTILE_MAP_ALL "movl $1f, %eax\n"
                              "movq %rax, (%rsp)\n"
                              "movl $0x28, %eax\n"
                              "ltr %ax\n"
                              "iretq\n"
                              "1: movl %eax, 0x20100000\n")
