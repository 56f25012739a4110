/* Hands over a result before it got a job. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    ports_out(ABI_PORT_DOORBELL, 1);
}
