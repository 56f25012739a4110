/* Executes a privileged instruction. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    __asm__ volatile("cli");
}
