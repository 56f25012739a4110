/* Asks for one word of its job, also where words are not how jobs cross, and hands over a result of
 * none. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    io_out(ABI_PORT_DOORBELL, 0);
    io_in(ABI_PORT_WORD);
    io_out(ABI_PORT_DOORBELL, 1);
}
