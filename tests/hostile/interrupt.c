/* Invents a page fault by an interrupt instruction. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    __asm__ volatile("int $14");
}
