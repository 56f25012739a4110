/* Claims to have executed more than the budget. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    ports_out(ABI_PORT_DOORBELL, 0);
    HOSTILE_JOB_PAGE->result = (struct abi_result){
        .machine = HOSTILE_JOB_PAGE->job.machine,
        .stop = STOP_LIMIT,
        .engine = HOSTILE_JOB_PAGE->job.engine,
        .id = HOSTILE_JOB_PAGE->job.id,
    };
    HOSTILE_JOB_PAGE->result.machine.executed = HOSTILE_JOB_PAGE->job.budget + 1;
    ports_out(ABI_PORT_DOORBELL, 1);
}
