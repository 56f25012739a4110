/* Writes to the IDT. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    *hostile_at(ABI_BASE + ABI_SYSTEM_PAGE) = 0;
}
