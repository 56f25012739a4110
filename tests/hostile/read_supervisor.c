/* Reads the stack of ring 0. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    *hostile_at(ABI_BASE + ABI_RING0_STACK);
}
