/* The job loop of ring 3: fetch a job, run it with the engine it names, hand over the result. */
#include "guest/jobs.h"

#include "guest/engines.h"
#include "guest/io.h"

#define JOB_PAGE ((struct abi_job_page *)(ABI_BASE + ABI_JOB_PAGE))
#define RING     ((struct abi_ring *)(ABI_BASE + ABI_RING))

void jobs_main(enum transport transport, uint32_t placed);

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
        result->state = job->state;
    engines_counters.translations = engines_counters.invalidations = engines_counters.fallbacks =
        engines_counters.fallback_instructions = engines_counters.leaps = engines_counters.leapt =
            engines_counters.cycles = engines_counters.period = 0;
    result->stop = (uint32_t)engines_table[engine % ENGINE_COUNT](&result->state, budget);
    result->engine = engine;
    result->id = id;
    result->reserved = 0;
    result->counters = engines_counters;
}

static uint32_t run_words(void)
{
    static struct abi_job job;
    static struct abi_result result;

    fetch_words(&job);
    jobs_run(&result, &job);
    report_words(&result);
    return 1;
}

static uint32_t run_page(void)
{
    jobs_run(&JOB_PAGE->result, &JOB_PAGE->job);
    return 1;
}

/* All jobs that are in the ring, each result in its job's slot. */
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
 * comes back with the next jobs in place. It is not rung for jobs that are placed already. */
void jobs_main(enum transport transport, uint32_t placed)
{
    /* Runs the jobs that a transport has brought and returns how many results there are. */
    static uint32_t (*const runs[TRANSPORT_COUNT])(void) = {
#define X(id, name, capacity, means) run_##name,
        ABI_TRANSPORTS(X)
#undef X
    };
    uint32_t (*const run)(void) = runs[transport % TRANSPORT_COUNT];
    uint32_t results = placed ? run() : 0;

    for (;;) {
        io_out(ABI_PORT_DOORBELL, results);
        results = run();
    }
}
