/* Sets the reserved word of its result. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    const struct abi_job *job = hostile_fetch(transport);
    struct abi_result result = hostile_believable(job);

    result.reserved = 1;
    hostile_report(transport, &result);
}
