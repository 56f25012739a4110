/* The VMM's end of a transport: places jobs, takes results, and believes no number of them. */
#include "vmm/link.h"

#include <errno.h>
#include <string.h>

#include "ssem/isa.h"

static int broken(struct error *error, const char *what, unsigned long long got,
                  unsigned long long want)
{
    return error_set(error, STATUS_GUEST, EPROTO, "broken guest: %s %llu, expected %llu", what, got,
                     want);
}

void link_place(struct link *link, uint8_t *memory, const struct abi_job *job)
{
    link->job = *job;
    link->outstanding = true;
    link->words_in = 0;
    link->words_out = 0;
    if (link->transport == TRANSPORT_PAGE)
        memcpy(memory + ABI_JOB_PAGE + offsetof(struct abi_job_page, job), job, sizeof(*job));
}

int link_check(const struct abi_result *result, const struct abi_job *job, struct error *error)
{
    const struct baby *m = &result->machine;

    if (result->id != job->id)
        return broken(error, "result of job", result->id, job->id);
    if (result->engine != job->engine)
        return broken(error, "result of engine", result->engine, job->engine);
    if (result->reserved != 0)
        return broken(error, "reserved word of the result is", result->reserved, 0);
    if (result->stop != STOP_STP && result->stop != STOP_LIMIT)
        return error_set(error, STATUS_GUEST, EPROTO, "broken guest: unknown stop %u",
                         (unsigned)result->stop);
    if (m->executed > job->budget || (result->stop == STOP_LIMIT && m->executed != job->budget))
        return broken(error, "instructions executed:", m->executed, job->budget);
    if (m->ci >= ABI_LINES)
        return error_set(error, STATUS_GUEST, EPROTO, "broken guest: CI is %u, above 31",
                         (unsigned)m->ci);
    if (result->stop == STOP_STP &&
        (m->executed == 0 || isa_function(m->store[m->ci]) != FUNCTION_STP))
        return error_set(error, STATUS_GUEST, EPROTO,
                         "broken guest: stopped by STP on line %u, where there is none",
                         (unsigned)m->ci);
    return 0;
}

int link_doorbell(struct link *link, const uint8_t *memory, uint32_t results, struct error *error)
{
    if (results != link->outstanding)
        return broken(error, "doorbell with results:", results, link->outstanding);
    link->booted = true;
    if (!link->outstanding)
        return 0;
    if (link->transport == TRANSPORT_PAGE)
        memcpy(&link->result, memory + ABI_JOB_PAGE + offsetof(struct abi_job_page, result),
               sizeof(link->result));
    else if (link->words_in != ABI_JOB_WORDS)
        return broken(error, "words of the job fetched:", link->words_in, ABI_JOB_WORDS);
    else if (link->words_out != ABI_RESULT_WORDS)
        return broken(error, "words of the result:", link->words_out, ABI_RESULT_WORDS);
    /* Nothing below may read guest memory again. */
    __asm__ volatile("" : : : "memory");
    link->outstanding = false;
    return link_check(&link->result, &link->job, error);
}

int link_word_in(struct link *link, uint32_t *word, struct error *error)
{
    if (!link->outstanding || link->transport != TRANSPORT_WORDS || link->words_in >= ABI_JOB_WORDS)
        return error_set(error, STATUS_GUEST, EPROTO,
                         "broken guest: asked for a word of a job where there is none");
    memcpy(word, (const uint8_t *)&link->job + 4 * link->words_in++, 4);
    return 0;
}

int link_word_out(struct link *link, uint32_t word, struct error *error)
{
    if (!link->outstanding || link->transport != TRANSPORT_WORDS ||
        link->words_out >= ABI_RESULT_WORDS)
        return error_set(error, STATUS_GUEST, EPROTO,
                         "broken guest: wrote a word of a result where none is due");
    memcpy((uint8_t *)&link->result + 4 * link->words_out++, &word, 4);
    return 0;
}
