/* Executes its stack. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    uint8_t code[] = {0xc3};

    __asm__ volatile("" : : "r"(code) : "memory");
    ((void (*)(void))(uint64_t)hostile_at((uint64_t)code))();
}
