/* Writes to the page tables. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    *hostile_at(ABI_BASE + ABI_PAGE_TABLES) = 0;
}
