/* Executes the code of ring 0. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    ((void (*)(void))(uint64_t)hostile_at(ABI_BASE + ABI_IMAGE))();
}
