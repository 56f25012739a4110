/* The supervisor's end of a pool: gives slots to workers, takes them back, notes who dies. */
#include "pool/pool.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pool/shared.h"

static size_t whole_pages(size_t page, size_t size)
{
    return (POOL_HEAD + size + page - 1) / page * page;
}

/* Memory that the processes forked from now on share; NULL if there is none. */
static void *share(size_t size)
{
    void *memory =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

static int make_memory(struct pool *pool, struct error *error)
{
    const size_t slots = pool_slots(pool);

    pool->page = (size_t)sysconf(_SC_PAGESIZE);
    pool->request_size = whole_pages(pool->page, pool->kind->request);
    pool->answer_size = whole_pages(pool->page, pool->kind->answer);
    pool->requests = share(slots * pool->request_size);
    pool->answers = share(slots * pool->answer_size);
    pool->states = share(pool->workers * pool->page);
    return pool->requests && pool->answers && pool->states ? 0 : error_memory(error);
}

static int make_events(struct pool *pool, struct error *error)
{
    pool->done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (pool->done < 0)
        return error_system(error, "eventfd");
    for (unsigned i = 0; i < pool->workers; i++) {
        pool->wake[i] = eventfd(0, EFD_CLOEXEC);
        if (pool->wake[i] < 0)
            return error_system(error, "eventfd");
    }
    return 0;
}

static void release(struct pool *pool)
{
    if (pool->requests)
        munmap(pool->requests, pool_slots(pool) * pool->request_size);
    if (pool->answers)
        munmap(pool->answers, pool_slots(pool) * pool->answer_size);
    if (pool->states)
        munmap(pool->states, pool->workers * pool->page);
    for (unsigned i = 0; i < pool->workers; i++)
        if (pool->wake[i] >= 0)
            close(pool->wake[i]);
    if (pool->done >= 0)
        close(pool->done);
    free(pool);
}

int pool_open(struct pool **pool, const struct pool_kind *kind, unsigned workers,
              struct error *error)
{
    struct pool *made = calloc(1, sizeof(*made));
    int result;

    *pool = NULL;
    if (!made)
        return error_memory(error);
    made->kind = kind;
    made->workers = workers;
    made->done = -1;
    memset(made->wake, -1, sizeof(made->wake));
    result = make_memory(made, error);
    if (result == 0)
        result = make_events(made, error);
    if (result == 0)
        result = nursery_start(made, error);
    if (result < 0)
        release(made);
    else
        *pool = made;
    return result;
}

unsigned pool_slots(const struct pool *pool)
{
    return pool->workers * POOL_SLOTS;
}

void *pool_request(const struct pool *pool, unsigned slot)
{
    return (uint8_t *)pool_head(pool, slot) + POOL_HEAD;
}

void *pool_answer(const struct pool *pool, unsigned slot)
{
    return (uint8_t *)pool_tail(pool, slot) + POOL_HEAD;
}

static void wake(const struct pool *pool, unsigned worker)
{
    const uint64_t one = 1;

    /* It cannot overflow: each turn that adds 1 takes more than a nanosecond. */
    if (write(pool->wake[worker], &one, sizeof(one)) < 0)
        return;
}

void pool_submit(struct pool *pool, unsigned slot)
{
    __atomic_store_n(&pool_head(pool, slot)->turn, ++pool->turn, __ATOMIC_RELEASE);
    wake(pool, slot / POOL_SLOTS);
}

bool pool_is_busy(const struct pool *pool, unsigned slot)
{
    return __atomic_load_n(&pool_tail(pool, slot)->done, __ATOMIC_ACQUIRE) !=
           pool_head(pool, slot)->turn;
}

unsigned pool_load(const struct pool *pool, unsigned worker)
{
    unsigned load = 0;

    for (unsigned i = 0; i < POOL_SLOTS; i++)
        load += pool_is_busy(pool, worker * POOL_SLOTS + i);
    return load;
}

int pool_wait(struct pool *pool, int input, int milliseconds, bool *readable, struct error *error)
{
    struct pollfd polls[] = {
        {pool->done, POLLIN, 0}, {pool->nursery, POLLIN, 0}, {input, POLLIN, 0}};
    uint64_t count;

    if (poll(polls, sizeof(polls) / sizeof(polls[0]), milliseconds) < 0) {
        if (errno != EINTR)
            return error_system(error, "poll");
        polls[2].revents = 0;
    }
    if (read(pool->done, &count, sizeof(count)) < 0 && errno != EAGAIN)
        return error_system(error, "reading from a worker");
    if (readable)
        *readable = polls[2].revents != 0;
    return 0;
}

/* Puts a death into words: the worker's own, which are hostile, or what waitpid() says. */
static void describe(const struct pool *pool, const struct pool_message *message,
                     struct pool_death *death)
{
    struct pool_state *state = pool_state(pool, message->worker);
    char text[sizeof(state->text)];

    memcpy(text, state->text, sizeof(text));
    text[sizeof(text) - 1] = '\0';
    death->status = STATUS_INTERNAL;
    if (WIFSIGNALED(message->status)) {
        death->killed = WTERMSIG(message->status) == SIGKILL;
        snprintf(death->text, sizeof(death->text), "the worker was ended by SIG%s",
                 sigabbrev_np(WTERMSIG(message->status)) ?: "?");
    } else if (WIFEXITED(message->status) && text[0]) {
        error_escape(death->text, sizeof(death->text), text, strlen(text));
        death->status = state->status & 0xff;
    } else {
        snprintf(death->text, sizeof(death->text), "the worker %s",
                 death->began ? "has ended" : "could not begin");
    }
    *state = (struct pool_state){0};
}

int pool_death(struct pool *pool, struct pool_death *death, struct error *error)
{
    struct pollfd ready = {pool->nursery, POLLIN, 0};
    struct pool_message message;

    if (poll(&ready, 1, 0) <= 0)
        return 0;
    if (read(pool->nursery, &message, sizeof(message)) != sizeof(message) ||
        message.worker >= pool->workers)
        return error_set(error, STATUS_SYSTEM, ECHILD, "the process that makes workers has ended");
    *death = (struct pool_death){.worker = message.worker, .slot = -1};
    death->began = pool_state(pool, message.worker)->began;
    describe(pool, &message, death);
    for (unsigned i = 0; i < POOL_SLOTS && death->slot < 0; i++) {
        const unsigned slot = message.worker * POOL_SLOTS + i;
        struct pool_tail *tail = pool_tail(pool, slot);

        if (pool_is_busy(pool, slot) && tail->taken == pool_head(pool, slot)->turn) {
            tail->done = tail->taken;
            death->slot = (int)slot;
        }
    }
    return 1;
}

int pool_restart(struct pool *pool, unsigned worker, struct error *error)
{
    const struct pool_message message = {worker, 0};

    if (write(pool->nursery, &message, sizeof(message)) < 0)
        return error_system(error, "asking for a worker");
    wake(pool, worker);
    return 0;
}

void pool_confine(const struct pool *pool, struct sandbox *sandbox)
{
    for (unsigned i = 0; i < pool->workers; i++)
        sandbox_add_stream(sandbox, pool->wake[i], SANDBOX_WRITES);
    sandbox_add_stream(sandbox, pool->done, SANDBOX_READS);
    sandbox_add_stream(sandbox, pool->nursery, SANDBOX_READS | SANDBOX_WRITES);
    sandbox->child = pool->process;
}

void pool_close(struct pool *pool)
{
    struct pool_message message = {UINT32_MAX, 0};

    if (!pool)
        return;
    /* The number of no worker ends the nursery, and its end is seen here. */
    if (write(pool->nursery, &message, sizeof(message)) == sizeof(message))
        while (read(pool->nursery, &message, sizeof(message)) > 0)
            ;
    while (waitpid(pool->process, NULL, 0) < 0 && errno == EINTR)
        ;
    close(pool->nursery);
    release(pool);
}
