/* Hands over more results than there are jobs. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    io_out(ABI_PORT_DOORBELL, 0);
    io_out(ABI_PORT_DOORBELL, 0xffffffff);
}
