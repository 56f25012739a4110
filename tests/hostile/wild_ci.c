/* Hands over a CI above 31. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    const struct abi_job *job = hostile_fetch(transport);
    struct abi_result result = hostile_believable(job);

    result.state.ci = 0x80000000;
    hostile_report(transport, &result);
}
