/* Claims to have leapt over more instructions than its job has. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    const struct abi_job *job = hostile_fetch(transport);
    struct abi_result result = hostile_believable(job);

    result.counters.leapt = UINT64_MAX;
    hostile_report(transport, &result);
}
