/* Rings before it has fetched the words of its job. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    io_out(ABI_PORT_DOORBELL, 0);
    io_out(ABI_PORT_DOORBELL, 1);
}
