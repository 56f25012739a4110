/* The job loop of ring 3: fetch a job, run it with the engine it names, hand over the result. */
#include "abi.h"
#include "engines.h"
#include "ports.h"

#define JOB_PAGE ((struct abi_job_page *)(ABI_BASE + ABI_JOB_PAGE))

void jobs_main(enum transport transport);

/* Transport `words` is programmed I/O: each 32-bit word of a job and of a result is an exit. */
static void fetch_words(struct abi_job *job)
{
    uint32_t *words = (uint32_t *)job;

    for (unsigned i = 0; i < ABI_JOB_WORDS; i++)
        words[i] = ports_in(ABI_PORT_WORD);
}

static void report_words(const struct abi_result *result)
{
    const uint32_t *words = (const uint32_t *)result;

    for (unsigned i = 0; i < ABI_RESULT_WORDS; i++)
        ports_out(ABI_PORT_WORD, words[i]);
}

static void run(struct abi_result *result, const struct abi_job *job)
{
    result->machine = job->machine;
    result->engine = job->engine;
    result->id = job->id;
    result->reserved = 0;
    engines_counters = (struct abi_counters){0};
    result->stop =
        (uint32_t)engines_table[job->engine % ENGINE_COUNT](&result->machine, job->budget);
    result->counters = engines_counters;
}

/* Entered by iretq with an empty stack, never returns. The doorbell hands over the results of the
 * last round (0 in the first, 1 in any other) and comes back with the next job in place. */
void jobs_main(enum transport transport)
{
    static struct abi_job job;
    static struct abi_result result;
    uint32_t results = 0;

    for (;; results = 1) {
        ports_out(ABI_PORT_DOORBELL, results);
        if (transport == TRANSPORT_PAGE) {
            run(&JOB_PAGE->result, &JOB_PAGE->job);
        } else {
            fetch_words(&job);
            run(&result, &job);
            report_words(&result);
        }
    }
}
