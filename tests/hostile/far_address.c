/* Reads at an address that no page table could map. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    *hostile_at(0x8000000000000000);
}
