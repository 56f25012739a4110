/* A sweep: all programs of a space, or of a shard of it, by a pool of workers. */
#include "pool/sweep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_MILLISECONDS 200
#define TRIES             8 /* workers that may die of the same request */

struct supervisor {
    struct pool *pool;
    const struct sweep_rules *rules;
    struct sums *sums;
    struct progress shown;
    uint64_t unit, units; /* units so far, and in all */
    bool *busy;
    unsigned *tries;
    uint64_t *number;          /* of the slot's request, in their order */
    uint64_t submitted, added; /* requests; with certificates in their order */
    struct sweep_request next;
    unsigned stillborn;
};

static int count_unit(void *context, const struct space_unit *unit, struct error *error)
{
    (void)unit, (void)error;
    ++*(uint64_t *)context;
    return 0;
}

static int bury(struct supervisor *s, struct error *error)
{
    struct pool_death death;
    int result;

    while ((result = pool_death(s->pool, &death, error)) > 0) {
        s->stillborn = death.began ? 0 : s->stillborn + 1;
        if (!death.began && (death.status != STATUS_INTERNAL || s->stillborn > TRIES))
            return error_set(error, (enum status)death.status, ECHILD, "%s", death.text);
        /* It would take as long again. */
        if (death.slot >= 0 && death.status == STATUS_TIMEOUT)
            return error_set(error, STATUS_TIMEOUT, ETIME,
                             "a part of the space: %s; try a longer --timeout", death.text);
        if (death.slot >= 0 && ++s->tries[death.slot] >= TRIES)
            return error_set(error, (enum status)death.status, ECHILD, "a part of the space: %s",
                             death.text);
        if (death.slot >= 0)
            pool_submit(s->pool, (unsigned)death.slot);
        result = pool_restart(s->pool, death.worker, error);
        if (result < 0)
            break;
    }
    return result;
}

/* Prints an answer's certificates. Returns whether it is of all its hard programs; those that are
 * left are the slot's next request then. */
static bool print_certificates(struct supervisor *s, unsigned slot,
                               const struct sweep_answer *answer)
{
    struct sweep_request *request = pool_request(s->pool, slot);
    const uint64_t hard = __atomic_load_n(&answer->hard, __ATOMIC_RELAXED);
    const uint64_t left = hard < request->skipped ? 0 : hard - request->skipped;

    for (uint64_t i = 0; i < left && i < SWEEP_CERTIFICATES; i++) {
        const struct certificate certificate = answer->certificates[i];

        certificate_write(s->rules->certificates, &certificate);
    }
    if (left <= SWEEP_CERTIFICATES)
        return true;
    request->skipped += SWEEP_CERTIFICATES;
    pool_submit(s->pool, slot);
    return false;
}

/* Adds what has come back; with certificates in the order of the requests. Returns whether there
 * may be more. */
static bool add_answers(struct supervisor *s)
{
    bool more = false;

    for (unsigned slot = 0; slot < pool_slots(s->pool); slot++) {
        const struct sweep_answer *answer = pool_answer(s->pool, slot);

        if (!s->busy[slot] || pool_is_busy(s->pool, slot) ||
            (s->rules->certifies && s->number[slot] != s->added))
            continue;
        sums_add(s->sums, &answer->sums, s->rules->most);
        if (s->rules->certifies && !print_certificates(s, slot, answer))
            continue;
        s->busy[slot] = false;
        s->added++;
        more = true;
    }
    return more;
}

/* Returns a free slot of the worker with the least to do, -1 if there is none; *working says
 * whether any slot is not. */
static int collect(struct supervisor *s, bool *working)
{
    unsigned least = POOL_SLOTS;
    int found = -1;

    while (add_answers(s))
        ;
    *working = false;
    for (unsigned slot = 0; slot < pool_slots(s->pool); slot++) {
        const unsigned load = pool_load(s->pool, slot / POOL_SLOTS);

        *working = *working || s->busy[slot];
        if (!s->busy[slot] && load < least) {
            least = load;
            found = (int)slot;
        }
    }
    return found;
}

/* One turn of the loop; waits if `waits` says so. */
static int turn(struct supervisor *s, bool waits, int *slot, bool *working, struct error *error)
{
    int result = pool_wait(s->pool, -1, waits ? WAIT_MILLISECONDS : 0, NULL, error);

    if (result == 0)
        result = bury(s, error);
    *slot = collect(s, working);
    s->shown.done = (double)s->unit;
    progress_show(&s->shown);
    return result;
}

static int submit(struct supervisor *s, struct error *error)
{
    bool working;
    int slot = -1;
    int result = turn(s, false, &slot, &working, error);

    while (result == 0 && slot < 0)
        result = turn(s, true, &slot, &working, error);
    if (result < 0)
        return result;
    memcpy(pool_request(s->pool, (unsigned)slot), &s->next, sizeof(s->next));
    s->busy[slot] = true;
    s->tries[slot] = 0;
    s->number[slot] = s->submitted++;
    s->next.count = 0;
    pool_submit(s->pool, (unsigned)slot);
    return 0;
}

static int add_unit(void *context, const struct space_unit *unit, struct error *error)
{
    struct supervisor *s = context;

    if (s->unit++ % s->rules->shards != s->rules->shard)
        return 0;
    s->next.units[s->next.count++] = *unit;
    return s->next.count == SWEEP_UNITS ? submit(s, error) : 0;
}

static int supervise(struct supervisor *s, const struct space *space, struct error *error)
{
    const uint64_t steps = sweep_steps(s->rules->limit);
    bool working = true;
    int slot, result = 0;

    /* Units are counted where that takes no time. */
    if (space->lines)
        result = space_units(space, steps, count_unit, &s->units, error);
    else
        s->units = space->count / 4096 + 1;
    s->shown =
        (struct progress){.what = "sweep", .unit = "parts of the space", .all = (double)s->units};
    progress_begin(NULL);
    if (result == 0)
        result = space_units(space, steps, add_unit, s, error);
    if (result == 0 && s->next.count)
        result = submit(s, error);
    while (result == 0 && working)
        result = turn(s, true, &slot, &working, error);
    progress_end();
    return result;
}

int sweep_run(struct pool *pool, const struct sweep_rules *rules, struct sums *sums,
              struct error *error)
{
    struct supervisor *s = calloc(1, sizeof(*s));
    struct space *space = malloc(sizeof(*space));
    int result = 0;

    if (s) {
        *s = (struct supervisor){.pool = pool, .rules = rules, .sums = sums};
        s->busy = calloc(pool_slots(pool), sizeof(*s->busy));
        s->tries = calloc(pool_slots(pool), sizeof(*s->tries));
        s->number = calloc(pool_slots(pool), sizeof(*s->number));
    }
    if (!s || !space || !s->busy || !s->tries || !s->number)
        result = error_memory(error);
    if (result == 0)
        result = space_parse(space, rules->name, rules->text, rules->length, error);
    if (result == 0)
        result = supervise(s, space, error);
    if (s) {
        free(s->busy);
        free(s->tries);
        free(s->number);
    }
    free(s);
    free(space);
    return result;
}

/* FNV-1a over what decides the sums. */
static uint64_t mix(uint64_t hash, const void *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3;
    return hash;
}

uint64_t sweep_digest(const struct sweep_rules *rules)
{
    uint64_t hash = 0xcbf29ce484222325;

    hash = rules->text ? mix(hash, rules->text, rules->length)
                       : mix(hash, rules->name, strlen(rules->name));
    hash = mix(hash, &rules->limit, sizeof(rules->limit));
    hash = mix(hash, rules->most, sizeof(rules->most));
    return rules->certifies ? mix(hash, "certificates", strlen("certificates")) : hash;
}
