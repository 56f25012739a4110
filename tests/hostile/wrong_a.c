/* Runs each job, then hands over another accumulator: a result that only `verify` finds wrong. */
#include "guest/engines.h"
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    io_out(ABI_PORT_DOORBELL, 0);
    for (;;) {
        const struct abi_job *job = &HOSTILE_JOB_PAGE->job;
        struct abi_result *result = &HOSTILE_JOB_PAGE->result;

        result->state = job->state;
        result->engine = job->engine;
        result->id = job->id;
        result->stop = (uint32_t)engines_table[job->engine](&result->state, job->budget);
        result->state.a++;
        io_out(ABI_PORT_DOORBELL, 1);
    }
}
