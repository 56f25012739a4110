/* Faults in a function whose name is not for a terminal. */
#include "hostile.h"

__attribute__((noinline)) void hostile_named(void) __asm__("\"\033[31mred\"");

void hostile_named(void)
{
    __asm__ volatile("ud2");
}

void jobs_main(enum transport transport)
{
    (void)transport;
    hostile_named();
}
