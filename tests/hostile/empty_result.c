/* Hands over a result that it has not written. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    io_out(ABI_PORT_DOORBELL, 0);
    io_out(ABI_PORT_DOORBELL, 1);
}
