/* Leaves guest mode as often as it can by CPUID, of which the VMM never hears. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    uint32_t a = 0, c = 0;

    for (;;)
        __asm__ volatile("cpuid" : "+a"(a), "+c"(c) : : "ebx", "edx");
}
