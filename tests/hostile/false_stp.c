/* Claims to have stopped by an STP where there is none. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    const struct abi_job *job = hostile_fetch(transport);
    struct abi_result result = hostile_believable(job);

    result.stop = STOP_STP;
    result.state.ci = 7;
    result.state.store[7] = 0;
    hostile_report(transport, &result);
}
