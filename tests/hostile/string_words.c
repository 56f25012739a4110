/* Asks for more words than a job has with one instruction. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    static uint32_t words[1024];
    uint32_t *to = words;
    uint64_t count = 1024;

    io_out(ABI_PORT_DOORBELL, 0);
    __asm__ volatile("rep insl" : "+D"(to), "+c"(count) : "d"((uint16_t)ABI_PORT_WORD) : "memory");
}
