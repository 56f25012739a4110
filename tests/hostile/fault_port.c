/* Invents a fault from ring 3. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    for (;;)
        io_out(ABI_PORT_FAULT, 0);
}
