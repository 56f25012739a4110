/* Overflows its stack. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    __asm__ volatile("1: pushq $0; jmp 1b");
}
