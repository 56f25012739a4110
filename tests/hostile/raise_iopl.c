/* Gives itself the right to all ports, which is not its to give. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    __asm__ volatile("pushfq; orq $0x3000, (%%rsp); popfq" : : : "memory", "cc");
    io_out(0x80, 0);
}
