/* Executes the code cache where it is writable. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    *hostile_at(ABI_BASE + ABI_CACHE) = 0xc3;
    ((void (*)(void))(uint64_t)hostile_at(ABI_BASE + ABI_CACHE))();
}
