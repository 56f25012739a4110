/* Claims to have stopped by STP without an instruction. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    const struct abi_job *job = hostile_fetch(transport);
    struct abi_result result = hostile_believable(job);

    result.stop = STOP_STP;
    result.state.ci = 0;
    result.state.store[0] = 7 << 13;
    result.state.executed = 0;
    hostile_report(transport, &result);
}
