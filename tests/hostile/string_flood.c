/* Rings the doorbell many times with one instruction. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    static uint32_t words[64];
    const uint32_t *from = words;
    uint64_t count = 64;

    __asm__ volatile("rep outsl"
                     : "+S"(from), "+c"(count)
                     : "d"((uint16_t)ABI_PORT_DOORBELL)
                     : "memory");
}
