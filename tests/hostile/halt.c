/* Halts in ring 3. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    __asm__ volatile("hlt");
}
