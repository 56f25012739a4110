/* Writes words of results for ever. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    for (;;)
        io_out(ABI_PORT_WORD, 0);
}
