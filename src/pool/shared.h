/* What the three kinds of process of a pool share. */
#ifndef POOL_SHARED_H
#define POOL_SHARED_H

#include "pool/pool.h"

/* The head of a request, before its bytes. The slot is with the worker while the turn is not the
 * one that the worker has done. */
struct pool_head {
    uint64_t turn; /* counts all that were ever submitted, so that the least is the oldest */
};

/* The head of an answer: turns. */
struct pool_tail {
    uint64_t taken;
    uint64_t done;
};

/* What a worker says of itself. */
struct pool_state {
    uint32_t began;
    int32_t status;
    char text[512]; /* why it has ended */
};

#define POOL_HEAD 64 /* bytes that either head takes */

_Static_assert(sizeof(struct pool_head) <= POOL_HEAD, "struct pool_head");
_Static_assert(sizeof(struct pool_tail) <= POOL_HEAD, "struct pool_tail");

struct pool {
    const struct pool_kind *kind;
    unsigned workers;
    uint64_t turn;
    size_t request_size, answer_size; /* of a slot, whole pages */
    uint8_t *requests, *answers;      /* POOL_SLOTS for each worker, one worker after the other */
    uint8_t *states;                  /* struct pool_state, a page for each worker */
    size_t page;
    int wake[POOL_WORKERS]; /* eventfds: there are requests */
    int done;               /* eventfd: there are answers */
    int nursery;            /* socket; in the nursery, the other end */
    pid_t process;          /* the nursery */
};

/* From nursery to supervisor: that worker has died, with that status of waitpid(). From supervisor
 * to nursery: have it begin; status is 0. */
struct pool_message {
    uint32_t worker;
    int32_t status;
};

static inline struct pool_state *pool_state(const struct pool *pool, unsigned worker)
{
    return (struct pool_state *)(pool->states + worker * pool->page);
}

static inline struct pool_head *pool_head(const struct pool *pool, unsigned slot)
{
    return (struct pool_head *)(pool->requests + slot * pool->request_size);
}

static inline struct pool_tail *pool_tail(const struct pool *pool, unsigned slot)
{
    return (struct pool_tail *)(pool->answers + slot * pool->answer_size);
}

/* Forks the nursery, which forks all workers. Returns 0, or -errno with text and status 71. */
int nursery_start(struct pool *pool, struct error *error);

/* Is that worker, in a process of its own, until it is killed or something fails. */
_Noreturn void worker_run(struct pool *pool, unsigned number);

#endif
