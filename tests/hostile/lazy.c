/* Answers each job at once with a result that is possible and has cost it nothing. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    const struct abi_job *job = hostile_fetch(transport);
    uint32_t at = 0;

    for (;;) {
        struct abi_result result = hostile_believable(job);

        if (transport == TRANSPORT_RING) {
            HOSTILE_RING->slots[at++ % ABI_RING_SLOTS].result = result;
            job = &HOSTILE_RING->slots[at % ABI_RING_SLOTS].job;
            ports_out(ABI_PORT_DOORBELL, 1);
            continue;
        }
        hostile_report(transport, &result);
        if (transport == TRANSPORT_WORDS)
            for (uint32_t i = 0; i < ABI_JOB_WORDS; i++)
                ((uint32_t *)(uint64_t)job)[i] = ports_in(ABI_PORT_WORD);
    }
}
