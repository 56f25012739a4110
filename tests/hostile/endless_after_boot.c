/* Takes the job and never gives control back. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    io_out(ABI_PORT_DOORBELL, 0);
    for (;;)
        __asm__ volatile("");
}
