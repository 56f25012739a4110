/* Writes to the code cache where it is executable. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    *hostile_at(ABI_BASE + ABI_CACHE_EXEC) = 0;
}
