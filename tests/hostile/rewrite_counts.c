/* Writes over the counts and the reserved words of the ring, which the VMM has no use for. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    const struct abi_job *job = hostile_fetch(transport);
    struct abi_result result = hostile_believable(job);

    for (uint32_t i = 0; i < 16; i++)
        ((volatile uint32_t *)HOSTILE_RING)[i] = 0xfffffffe;
    result.state.ci = 32;
    hostile_report(transport, &result);
}
