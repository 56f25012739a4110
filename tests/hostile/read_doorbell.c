/* Reads from the doorbell. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    io_in(ABI_PORT_DOORBELL);
}
