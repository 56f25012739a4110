/* Executes the job page, which the VMM has written. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    ((void (*)(void))(uint64_t)hostile_at(ABI_BASE + ABI_JOB_PAGE))();
}
