/* Hands over what can be, and engine counters that no engine reaches. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    const struct abi_job *job = hostile_fetch(transport);

    for (uint32_t number = 0;; number++) {
        struct abi_result result = hostile_believable(job);

        result.counters = (struct abi_counters){
            .translations = UINT64_MAX,
            .invalidations = UINT64_MAX - 1,
            .fallbacks = 1ull << 63,
            .fallback_instructions = 1,
        };
        hostile_hand_over(transport, number, &result);
        job = hostile_next(transport, number + 1);
    }
}
