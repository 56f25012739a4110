/* Rings before all words of its result are written. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    hostile_fetch(transport);
    for (uint32_t i = 0; i < ABI_RESULT_WORDS - 1; i++)
        io_out(ABI_PORT_WORD, 0);
    io_out(ABI_PORT_DOORBELL, 1);
}
