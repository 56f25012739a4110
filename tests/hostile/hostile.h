/* What a hostile guest is made of: one property each, in the place of the job loop. */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "guest/abi.h"
#include "guest/io.h"

/* Entered in ring 3 like the job loop of the real guest. A guest that gets past its own misdeed
 * returns to address 0, which is a page fault that the test does not expect. */
void jobs_main(enum transport transport);

#define HOSTILE_JOB_PAGE ((struct abi_job_page *)(ABI_BASE + ABI_JOB_PAGE))
#define HOSTILE_RING     ((struct abi_ring *)(ABI_BASE + ABI_RING))

/* Turns a guest-virtual address into a pointer without the compiler guessing what is there. */
static inline volatile uint32_t *hostile_at(uint64_t gva)
{
    __asm__("" : "+r"(gva));
    return (volatile uint32_t *)gva;
}

/* Fetches the job of that number, after the doorbell, and returns where it lies: whoever writes
 * there, writes to memory that the VMM sees too, but with transport `words`. */
static inline struct abi_job *hostile_next(enum transport transport, uint32_t number)
{
    static struct abi_job job;

    if (transport == TRANSPORT_PAGE)
        return &HOSTILE_JOB_PAGE->job;
    if (transport == TRANSPORT_RING)
        return &HOSTILE_RING->slots[number % ABI_RING_SLOTS].job;
    for (uint32_t i = 0; i < ABI_JOB_WORDS; i++)
        ((uint32_t *)&job)[i] = io_in(ABI_PORT_WORD);
    return &job;
}

/* Rings for the first job and fetches it. */
static inline struct abi_job *hostile_fetch(enum transport transport)
{
    io_out(ABI_PORT_DOORBELL, 0);
    return hostile_next(transport, 0);
}

/* A result of the job that the VMM must believe: all of the budget used up. */
static inline struct abi_result hostile_believable(const struct abi_job *job)
{
    struct abi_result result = {
        .state = job->state,
        .stop = STOP_LIMIT,
        .engine = job->engine,
        .id = job->id,
    };

    result.state.executed = job->budget;
    return result;
}

/* Hands over the result of the job of that number. */
static inline void hostile_hand_over(enum transport transport, uint32_t number,
                                     const struct abi_result *result)
{
    if (transport == TRANSPORT_PAGE)
        HOSTILE_JOB_PAGE->result = *result;
    else if (transport == TRANSPORT_RING)
        HOSTILE_RING->slots[number % ABI_RING_SLOTS].result = *result;
    else
        for (uint32_t i = 0; i < ABI_RESULT_WORDS; i++)
            io_out(ABI_PORT_WORD, ((const uint32_t *)result)[i]);
    io_out(ABI_PORT_DOORBELL, 1);
}

static inline void hostile_report(enum transport transport, const struct abi_result *result)
{
    hostile_hand_over(transport, 0, result);
}

/* Leaves guest mode so many times, for nothing. */
static inline void hostile_burn(uint32_t exits)
{
    uint32_t a, c;

    for (; exits; exits--) {
        a = c = 0;
        __asm__ volatile("cpuid" : "+a"(a), "+c"(c) : : "ebx", "edx");
    }
}

/* Answers all jobs that ever come, each with so many exits and without running it. */
static inline void hostile_answer(enum transport transport, uint32_t exits)
{
    const struct abi_job *job = hostile_fetch(transport);

    for (uint32_t number = 0;; number++) {
        struct abi_result result = hostile_believable(job);

        hostile_burn(exits);
        hostile_hand_over(transport, number, &result);
        job = hostile_next(transport, number + 1);
    }
}

#endif
