/* Makes a system call where there is no system. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    __asm__ volatile("syscall" : : : "rax", "rcx", "r11", "memory");
}
