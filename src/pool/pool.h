/* A pool: workers, each a process with a machine of its own, and what they are asked to do.
 *
 * The process that has the pool is the supervisor. A worker has slots in memory that both share:
 * requests, which it can only read, and answers, in which the supervisor believes no number. A
 * second process, the nursery, forks the workers: it is made before anything is opened, holds
 * nothing but what they are given, and looks at nothing that is hostile, so that the supervisor and
 * the workers can be confined. When the supervisor dies, all the others are killed. */
#ifndef POOL_POOL_H
#define POOL_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "machine/machine.h"
#include "sandbox/sandbox.h"

#define POOL_WORKERS 256
#define POOL_SLOTS   4 /* of each worker */

/* What the workers are and do. */
struct pool_kind {
    struct machine_config config; /* of each worker's machine; seconds are those of one turn */
    enum sandbox_mode sandbox;
    size_t request, answer; /* bytes of them */
    /* In the worker, in its sandbox: does what the request asks for and fills in the answer.
     * Returns 0, or -errno with text and status, which ends the worker. */
    int (*work)(const void *context, struct machine *machine, const void *request, void *answer,
                struct error *error);
    const void *context; /* for work() */
};

/* Why a worker has ended. */
struct pool_death {
    unsigned worker;
    int slot;    /* that it was busy with, -1 for none */
    bool began;  /* it had its machine, and was ready for requests */
    bool killed; /* by SIGKILL: not by what it did */
    int status;  /* an exit status that says what has happened */
    char text[512];
};

struct pool;

/* Makes the memory, the nursery and the workers, which then make their machines. To be called
 * before anything else is opened. kind must stay. On error returns -errno with text and status and
 * *pool is NULL; otherwise pool_close() frees it. */
int pool_open(struct pool **pool, const struct pool_kind *kind, unsigned workers,
              struct error *error);

/* Slots are numbered from 0; worker n has those from n * POOL_SLOTS on. */
unsigned pool_slots(const struct pool *pool);

/* The request of a slot that is not with its worker; to be filled in before pool_submit(). */
void *pool_request(const struct pool *pool, unsigned slot);

/* The answer, as the worker left it: hostile, and it may still change. */
void *pool_answer(const struct pool *pool, unsigned slot);

/* Gives the slot to its worker, after those that it has. */
void pool_submit(struct pool *pool, unsigned slot);

/* Whether the slot is with its worker. */
bool pool_is_busy(const struct pool *pool, unsigned slot);

/* How many slots are with that worker. */
unsigned pool_load(const struct pool *pool, unsigned worker);

/* Waits until a slot has come back, a worker has died or input, unless it is -1, can be read; not
 * longer than that many milliseconds, -1 for no limit. Sets *readable, which may be NULL. Returns
 * 0, or -errno with text and status 71. */
int pool_wait(struct pool *pool, int input, int milliseconds, bool *readable, struct error *error);

/* Takes note of a death. Returns 1, 0 if there is none, or -errno with text and status. The
 * worker's slots are with it as before, but for the one that it was busy with, which has come back.
 */
int pool_death(struct pool *pool, struct pool_death *death, struct error *error);

/* Has another worker begin in the place of one that has died, with the slots that it has. Returns
 * 0, or -errno with text and status. */
int pool_restart(struct pool *pool, unsigned worker, struct error *error);

/* Adds what the supervisor needs for all this to what the sandbox allows. */
void pool_confine(const struct pool *pool, struct sandbox *sandbox);

/* Kills the workers and waits for the nursery's end. Nothing for NULL. */
void pool_close(struct pool *pool);

#endif
