/* Names an engine that there is none. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    const struct abi_job *job = hostile_fetch(transport);
    struct abi_result result = hostile_believable(job);

    result.engine = 0xffffffff;
    hostile_report(transport, &result);
}
