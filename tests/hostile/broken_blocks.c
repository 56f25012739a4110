/* Hands over what can be, and says of its code cache what cannot. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    const struct abi_job *job = hostile_fetch(transport);
    struct abi_translation *made = (struct abi_translation *)(ABI_BASE + ABI_CACHE);

    for (uint32_t number = 0;; number++) {
        struct abi_result result = hostile_believable(job);

        if (job->engine == ENGINE_DYNAMIC) {
            made->translated = UINT32_MAX;
            for (int i = 0; i < ABI_LINES; i++)
                made->blocks[i] = (struct abi_block){.count = 255, .bytes = UINT16_MAX};
        }
        hostile_hand_over(transport, number, &result);
        job = hostile_next(transport, number + 1);
    }
}
