/* Never gives control back. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    for (;;)
        __asm__ volatile("");
}
