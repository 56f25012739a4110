/* Writes a byte to the doorbell. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    __asm__ volatile("outb %0, %1" : : "a"((uint8_t)0), "d"((uint16_t)ABI_PORT_DOORBELL));
}
