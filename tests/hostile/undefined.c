/* Executes an undefined instruction. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    __asm__ volatile("ud2");
}
