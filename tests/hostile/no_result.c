/* Asks for the next job and keeps the result of this one. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    for (;;)
        io_out(ABI_PORT_DOORBELL, 0);
}
