/* Gives itself a larger budget and another number in the job, and a result that suits them. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    struct abi_job *job = hostile_fetch(transport);
    struct abi_result result;

    job->budget = 0xffffffffffffffff;
    job->id = 99;
    result = hostile_believable(job);
    hostile_report(transport, &result);
}
