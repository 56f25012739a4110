/* Returns from where it was not called. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    __asm__ volatile("" : : : "memory");
}
