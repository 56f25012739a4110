/* Writes to the pages of engine `static`. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    *hostile_at(ABI_BASE + ABI_STATIC) = 0;
}
