/* The VMM's end of a transport: places jobs, takes results, and believes no number of them. */
#include "vmm/transport.h"

#include <errno.h>
#include <string.h>

#include "guest/word.h"

static int broken(struct error *error, const char *what, unsigned long long got,
                  unsigned long long want)
{
    return error_set(error, STATUS_GUEST, EPROTO, "broken guest: %s %llu, expected %llu", what, got,
                     want);
}

/* Transport `words`: jobs and results never lie in guest memory for the VMM to see. */
static void place_words(struct transport_end *end, uint8_t *memory, const struct abi_job *jobs,
                        uint32_t count)
{
    (void)end, (void)memory, (void)jobs, (void)count;
}

static int take_words(const struct transport_end *end, const uint8_t *memory, uint32_t number,
                      struct error *error)
{
    (void)memory, (void)number;
    if (end->words_in != ABI_JOB_WORDS)
        return broken(error, "words of the job fetched:", end->words_in, ABI_JOB_WORDS);
    if (end->words_out != ABI_RESULT_WORDS)
        return broken(error, "words of the result:", end->words_out, ABI_RESULT_WORDS);
    return 0;
}

static void place_page(struct transport_end *end, uint8_t *memory, const struct abi_job *jobs,
                       uint32_t count)
{
    (void)end, (void)count;
    memcpy(memory + ABI_JOB_PAGE + offsetof(struct abi_job_page, job), jobs, sizeof(*jobs));
}

static int take_page(const struct transport_end *end, const uint8_t *memory, uint32_t number,
                     struct error *error)
{
    (void)number, (void)error;
    memcpy(end->results, memory + ABI_JOB_PAGE + offsetof(struct abi_job_page, result),
           sizeof(*end->results));
    return 0;
}

static size_t slot_offset(uint32_t number)
{
    return ABI_RING + offsetof(struct abi_ring, slots) +
           number % ABI_RING_SLOTS * sizeof(union abi_slot);
}

static void place_ring(struct transport_end *end, uint8_t *memory, const struct abi_job *jobs,
                       uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        memcpy(memory + slot_offset(end->ring_jobs++), &jobs[i], sizeof(jobs[i]));
    memcpy(memory + ABI_RING + offsetof(struct abi_ring, jobs), &end->ring_jobs,
           sizeof(end->ring_jobs));
}

static int take_ring(const struct transport_end *end, const uint8_t *memory, uint32_t number,
                     struct error *error)
{
    (void)error;
    memcpy(&end->results[number], memory + slot_offset(end->ring_jobs - end->outstanding + number),
           sizeof(end->results[number]));
    return 0;
}

/* What each transport does between two doorbells: place puts jobs where the guest looks for them,
 * take copies the result of one of them out of guest memory, once. */
static const struct {
    uint32_t capacity;
    void (*place)(struct transport_end *end, uint8_t *memory, const struct abi_job *jobs,
                  uint32_t count);
    int (*take)(const struct transport_end *end, const uint8_t *memory, uint32_t number,
                struct error *error);
} operations[TRANSPORT_COUNT] = {
#define X(id, name, capacity, means) {capacity, place_##name, take_##name},
    ABI_TRANSPORTS(X)
#undef X
};

uint32_t transport_capacity(enum transport transport)
{
    return operations[transport].capacity;
}

void transport_place(struct transport_end *end, uint8_t *memory, const struct abi_job *jobs,
                     struct abi_result *results, uint32_t count)
{
    end->jobs = jobs;
    end->results = results;
    end->outstanding = count;
    end->words_in = 0;
    end->words_out = 0;
    operations[end->kind].place(end, memory, jobs, count);
}

int transport_check(const struct abi_result *result, const struct abi_job *job, struct error *error)
{
    const struct baby *m = &result->state;

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
        (m->executed == 0 || word_function(m->store[m->ci]) != WORD_STP))
        return error_set(error, STATUS_GUEST, EPROTO,
                         "broken guest: stopped by STP on line %u, where there is none",
                         (unsigned)m->ci);
    if (result->counters.leapt > m->executed)
        return broken(error, "instructions leapt over:", result->counters.leapt, m->executed);
    if (result->counters.period && result->stop != STOP_LIMIT)
        return broken(error, "stopped in a cycle of", result->counters.period, 0);
    return 0;
}

int transport_doorbell(struct transport_end *end, const uint8_t *memory, uint32_t results,
                       struct error *error)
{
    const uint32_t due = end->outstanding;
    int result = 0;

    if (results != due)
        return broken(error, "doorbell with results:", results, due);
    end->booted = true;
    if (due == 0)
        return 0;
    for (uint32_t i = 0; i < due && result == 0; i++) {
        result = operations[end->kind].take(end, memory, i, error);
        /* What is checked is the copy. */
        __asm__ volatile("" : : : "memory");
        if (result == 0)
            result = transport_check(&end->results[i], &end->jobs[i], error);
    }
    if (result == 0)
        end->outstanding = 0;
    return result;
}

int transport_word_in(struct transport_end *end, uint32_t *word, struct error *error)
{
    if (!end->outstanding || end->kind != TRANSPORT_WORDS || end->words_in >= ABI_JOB_WORDS)
        return error_set(error, STATUS_GUEST, EPROTO, "broken guest: read past the end of its job");
    memcpy(word, (const uint8_t *)end->jobs + 4 * end->words_in++, 4);
    return 0;
}

int transport_word_out(struct transport_end *end, uint32_t word, struct error *error)
{
    if (!end->outstanding || end->kind != TRANSPORT_WORDS || end->words_out >= ABI_RESULT_WORDS)
        return error_set(error, STATUS_GUEST, EPROTO,
                         "broken guest: wrote a word of a result where none is due");
    memcpy((uint8_t *)end->results + 4 * end->words_out++, &word, 4);
    return 0;
}
