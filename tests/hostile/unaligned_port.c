/* Reads from between two ports, which the bitmap allows. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    io_in(ABI_PORT_DOORBELL + 1);
}
