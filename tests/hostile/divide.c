/* Divides by zero. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    uint32_t zero = 0;

    __asm__ volatile("xorl %%edx, %%edx; divl %0" : "+r"(zero) : : "eax", "edx");
}
