/* Runs each job of transport `ring`, but faults or hangs at one whose line 31 says so. */
#include "guest/engines.h"
#include "hostile.h"

#define FATAL   0xdeadbeef
#define ENDLESS 0xe0d1e55

static void run(union abi_slot *slot)
{
    const struct abi_job job = slot->job;
    struct abi_result *result = &slot->result;

    *result = (struct abi_result){.state = job.state, .engine = job.engine, .id = job.id};
    result->stop = (uint32_t)engines_table[job.engine](&result->state, job.budget);
}

void jobs_main(enum transport transport)
{
    uint32_t done = 0;

    (void)transport;
    for (;;) {
        io_out(ABI_PORT_DOORBELL, done);
        for (done = 0; HOSTILE_RING->results != HOSTILE_RING->jobs; done++) {
            union abi_slot *slot = &HOSTILE_RING->slots[HOSTILE_RING->results++ % ABI_RING_SLOTS];

            if (slot->job.state.store[31] == FATAL)
                *hostile_at(0) = 0;
            while (slot->job.state.store[31] == ENDLESS)
                __asm__ volatile("");
            run(slot);
        }
    }
}
