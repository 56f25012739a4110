/* A worker of a pool: makes a machine, confines itself, and then takes one request after another.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/coverage.h"
#include "pool/shared.h"

#define CPU_SECONDS 1e9 /* a worker may compute for as long as its supervisor wants */

/* What of the pool's memory is not this worker's is unmapped, and its requests are made read-only.
 */
static int keep_own(const struct pool *pool, unsigned number, struct error *error)
{
    const size_t requests = POOL_SLOTS * pool->request_size;
    const size_t answers = POOL_SLOTS * pool->answer_size;

    for (unsigned i = 0; i < pool->workers; i++) {
        if (i == number)
            continue;
        munmap(pool->requests + i * requests, requests);
        munmap(pool->answers + i * answers, answers);
        munmap(pool->states + i * pool->page, pool->page);
    }
    if (mprotect(pool->requests + number * requests, requests, PROT_READ) < 0)
        return error_system(error, "mprotect");
    return 0;
}

static int confine(const struct pool *pool, unsigned number, struct machine *machine,
                   struct error *error)
{
    struct sandbox sandbox = {
        .timers = true,
        .seconds = CPU_SECONDS,
    };
    /* What this host lacks is said by the supervisor, once. */
    FILE *nowhere = fopen("/dev/null", "we");
    int result;

    if (!nowhere)
        return error_system(error, "/dev/null");
    machine_confine(machine, &sandbox);
    sandbox_add_stream(&sandbox, pool->wake[number], SANDBOX_READS);
    sandbox_add_stream(&sandbox, pool->done, SANDBOX_WRITES);
    result = sandbox_enter(&sandbox, pool->kind->sandbox, nowhere, error);
    fclose(nowhere);
    return result;
}

/* The slot whose request is the oldest, or -1. */
static int next(const struct pool *pool, unsigned first)
{
    uint64_t least = UINT64_MAX;
    int found = -1;

    for (unsigned slot = first; slot < first + POOL_SLOTS; slot++) {
        const uint64_t turn = __atomic_load_n(&pool_head(pool, slot)->turn, __ATOMIC_ACQUIRE);

        if (turn != pool_tail(pool, slot)->done && turn < least) {
            least = turn;
            found = (int)slot;
        }
    }
    return found;
}

/* A job of no instructions, so that an image that does not boot is no line's fault. */
static int boot(struct machine *machine, struct error *error)
{
    struct abi_job job = {.budget = 0};
    struct abi_result result;

    return machine_jobs(machine, &job, &result, 1, error);
}

static int serve(const struct pool *pool, unsigned number, struct machine *machine,
                 struct error *error)
{
    const struct pool_kind *kind = pool->kind;
    int result = 0;

    while (result == 0) {
        const uint64_t one = 1;
        uint64_t count;
        const int slot = next(pool, number * POOL_SLOTS);

        if (slot < 0) {
            if (read(pool->wake[number], &count, sizeof(count)) < 0)
                result = error_system(error, "reading from a supervisor");
            continue;
        }
        pool_tail(pool, (unsigned)slot)->taken = pool_head(pool, (unsigned)slot)->turn;
        result = kind->work(kind->context, machine, pool_request(pool, (unsigned)slot),
                            pool_answer(pool, (unsigned)slot), error);
        if (result < 0)
            break;
        __atomic_store_n(&pool_tail(pool, (unsigned)slot)->done,
                         pool_head(pool, (unsigned)slot)->turn, __ATOMIC_RELEASE);
        if (write(pool->done, &one, sizeof(one)) < 0 && errno != EAGAIN)
            result = error_system(error, "writing to a supervisor");
    }
    return result;
}

void worker_run(struct pool *pool, unsigned number)
{
    static struct error error;
    struct pool_state *state = pool_state(pool, number);
    struct machine *machine = NULL;
    int result = keep_own(pool, number, &error);

    if (result == 0)
        result = machine_open(&machine, &pool->kind->config, &error);
    if (result == 0)
        result = confine(pool, number, machine, &error);
    if (result == 0)
        result = boot(machine, &error);
    /* Only for a turn is there a time limit. */
    if (result == 0)
        machine_disarm();
    if (result == 0) {
        __atomic_store_n(&state->began, 1, __ATOMIC_RELEASE);
        result = serve(pool, number, machine, &error);
    }
    state->status = (int32_t)error.status;
    memcpy(state->text, error.text, sizeof(state->text) - 1);
    coverage_write();
    _exit(1);
}
