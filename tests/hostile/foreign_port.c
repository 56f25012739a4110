/* Writes to a port that is not its own. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    io_out(0x80, 0);
}
