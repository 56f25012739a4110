/* Claims to have executed more than the budget. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    const struct abi_job *job = hostile_fetch(transport);
    struct abi_result result = hostile_believable(job);

    result.state.executed++;
    hostile_report(transport, &result);
}
