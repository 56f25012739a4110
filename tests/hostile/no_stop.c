/* Does not say why it stopped. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    const struct abi_job *job = hostile_fetch(transport);
    struct abi_result result = hostile_believable(job);

    result.stop = 0;
    hostile_report(transport, &result);
}
