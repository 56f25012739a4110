/* Reads a model-specific register in ring 3. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    uint32_t low, high;

    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(0xc0000080));
}
