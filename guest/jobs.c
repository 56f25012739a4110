/* The job loop of ring 3: fetch a job, run it with the engine it names, hand over the result. */
#include "guest/jobs.h"

#include "guest/engines.h"
#include "guest/io.h"

#define JOB_PAGE ((struct abi_job_page *)(ABI_BASE + ABI_JOB_PAGE))
#define RING     ((struct abi_ring *)(ABI_BASE + ABI_RING))

void jobs_main(enum transport transport);

/* Transport `words` is programmed I/O: each 32-bit word of a job and of a result is an exit. */
static void fetch_words(struct abi_job *job)
{
    uint32_t *words = (uint32_t *)job;

    for (unsigned i = 0; i < ABI_JOB_WORDS; i++)
        words[i] = io_in(ABI_PORT_WORD);
}

static void report_words(const struct abi_result *result)
{
    const uint32_t *words = (const uint32_t *)result;

    for (unsigned i = 0; i < ABI_RESULT_WORDS; i++)
        io_out(ABI_PORT_WORD, words[i]);
}

void jobs_run(struct abi_result *result, const struct abi_job *job)
{
    const uint64_t budget = job->budget;
    const uint32_t engine = job->engine;
    const uint32_t id = job->id;

    if ((const void *)result != (const void *)job)
        result->machine = job->machine;
    engines_counters = (struct abi_counters){0};
    result->stop = (uint32_t)engines_table[engine % ENGINE_COUNT](&result->machine, budget);
    result->engine = engine;
    result->id = id;
    result->reserved = 0;
    result->counters = engines_counters;
}

/* Transport `ring`: all jobs that are in it, each result in its job's slot. Returns how many. */
static uint32_t run_ring(void)
{
    uint32_t done = 0;

    for (; RING->results != RING->jobs; RING->results++, done++) {
        union abi_slot *slot = &RING->slots[RING->results % ABI_RING_SLOTS];

        jobs_run(&slot->result, &slot->job);
    }
    return done;
}

/* Entered by iretq with an empty stack, never returns. The doorbell hands over the results of the
 * last round (none in the first, one in any other, with `ring` as many as there were jobs) and
 * comes back with the next jobs in place. */
void jobs_main(enum transport transport)
{
    static struct abi_job job;
    static struct abi_result result;
    uint32_t results = 0;

    for (;;) {
        io_out(ABI_PORT_DOORBELL, results);
        results = 1;
        switch (transport) {
        case TRANSPORT_RING:
            results = run_ring();
            break;
        case TRANSPORT_PAGE:
            jobs_run(&JOB_PAGE->result, &JOB_PAGE->job);
            break;
        default:
            fetch_words(&job);
            jobs_run(&result, &job);
            report_words(&result);
        }
    }
}
