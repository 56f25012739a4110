/* Asks where the descriptor tables are, and executes what is undefined if it got an answer. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    uint8_t table[10];

    (void)transport;
    __asm__ volatile("sgdt %0\n\tud2" : "=m"(table));
}
