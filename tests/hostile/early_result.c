/* Hands over a result before it got a job. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    io_out(ABI_PORT_DOORBELL, 1);
}
