/* Writes to its own code. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    *hostile_at((uint64_t)jobs_main) = 0;
}
