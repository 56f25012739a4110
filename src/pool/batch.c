/* A batch: lines in, answers out, by a pool of workers. */
#include "pool/batch.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

#define STILLBORN_MOST 16

/* A line is given up when so many workers have died of it alone; of SIGKILL, which somebody else
 * may have sent, so many. */
#define ALONE_MOST  2
#define KILLED_MOST 8

/* A checkpoint comes that often, or less: so that all of them take a part of the time. */
#define SYNC_NS   (100 * 1000 * 1000ull)
#define SYNC_PART 20

/* So much of the input is worth a chunk of its own while all workers are busy. */
#define WORTH 32768

#define WAIT_MILLISECONDS 200 /* for a worker or a line, at most */

static struct chunk *chunk_of(const struct batch *batch, unsigned slot)
{
    return pool_request(batch->pool, slot);
}

static struct chunk_answer *answer_of(const struct batch *batch, unsigned slot)
{
    return pool_answer(batch->pool, slot);
}

static void submit(struct batch *batch, unsigned slot)
{
    batch->slots[slot].is = BATCH_BUSY;
    pool_submit(batch->pool, slot);
}

/* A free slot of the worker that has the least to do, or -1. */
static int find_free(const struct batch *batch, unsigned *load)
{
    int found = -1;

    *load = POOL_SLOTS;
    for (unsigned slot = 0; slot < pool_slots(batch->pool); slot++)
        if (batch->slots[slot].is == BATCH_FREE) {
            const unsigned other = pool_load(batch->pool, slot / POOL_SLOTS);

            if (other < *load) {
                *load = other;
                found = (int)slot;
            }
        }
    return found;
}

/* Gives workers what there is of the input; more of it may come at once. Returns whether it did. */
static bool feed(struct batch *batch, bool more)
{
    bool fed = false;
    unsigned load;
    int slot;

    while ((slot = find_free(batch, &load)) >= 0) {
        const size_t there = batch->input.end - batch->input.start;
        struct chunk_answer *answer = answer_of(batch, (unsigned)slot);
        struct chunk *chunk = chunk_of(batch, (unsigned)slot);

        if (there < WORTH && !batch->input.ended && (more || load > 0))
            break;
        if (!input_cut(&batch->input, chunk))
            break;
        memset(answer->states, CHUNK_NEW, chunk->lines);
        batch->slots[slot] = (struct batch_slot){.place = batch->input.place, .size = chunk->lines};
        batch->order[(batch->head + batch->count++) % pool_slots(batch->pool)] = (unsigned)slot;
        submit(batch, (unsigned)slot);
        fed = true;
    }
    return fed;
}

/* The next lines of a chunk of which a line may kill workers. */
static void set_range(struct batch *batch, unsigned slot, uint32_t from)
{
    struct chunk *chunk = chunk_of(batch, slot);
    const uint32_t left = chunk->lines - from;

    chunk->from = from;
    chunk->to = from + (batch->slots[slot].size < left ? batch->slots[slot].size : left);
}

/* The line is given up: its answer is an error. */
static void give_up(const struct batch *batch, unsigned slot, const struct pool_death *death,
                    bool known)
{
    const struct chunk *chunk = chunk_of(batch, slot);
    struct line *line = &answer_of(batch, slot)->lines[chunk->from];

    line->number = chunk->first + chunk->from;
    if (!known)
        line->id[0] = '\0';
    line_fail(line, death->status, "%s", death->text);
    answer_of(batch, slot)->states[chunk->from] = CHUNK_ENDED;
}

/* Halves what the worker has died of, or gives up a line alone. */
static void retry(struct batch *batch, const struct pool_death *death)
{
    const unsigned number = (unsigned)death->slot;
    struct batch_slot *slot = &batch->slots[number];
    struct chunk_answer *answer = answer_of(batch, number);
    const struct chunk *chunk = chunk_of(batch, number);
    const bool known = chunk->from < chunk->lines && answer->states[chunk->from] == CHUNK_RUNS;

    for (uint32_t i = 0; i < chunk->lines; i++)
        if (answer->states[i] == CHUNK_RUNS)
            answer->states[i] = CHUNK_NEW;
        else if (answer->states[i] == CHUNK_WRITING)
            answer->states[i] = CHUNK_ENDED;
    if (chunk->to - chunk->from > 1) {
        slot->size = (chunk->to - chunk->from) / 2;
        slot->alone = 0;
        set_range(batch, number, chunk->from);
    } else if (chunk->to - chunk->from == 1 &&
               ++slot->alone >= (death->killed ? KILLED_MOST : ALONE_MOST)) {
        give_up(batch, number, death, known);
        slot->alone = 0;
        set_range(batch, number, chunk->from + 1);
    }
    submit(batch, number);
}

static int bury(struct batch *batch, struct error *error)
{
    struct pool_death death;
    int result;

    while ((result = pool_death(batch->pool, &death, error)) > 0) {
        batch->stillborn = death.began ? 0 : batch->stillborn + 1;
        if (!death.began && (death.status != STATUS_INTERNAL || batch->stillborn > STILLBORN_MOST))
            return error_set(error, (enum status)death.status, ECHILD, "%s", death.text);
        if (death.slot >= 0)
            retry(batch, &death);
        result = pool_restart(batch->pool, death.worker, error);
        if (result < 0)
            break;
    }
    return result;
}

static int write_failed(struct error *error)
{
    const int code = errno;

    return error_set(error, STATUS_IO, code, "writing the answers: %s", strerror(code));
}

static int write_text(struct batch *batch, const struct chunk_answer *answer, uint32_t length,
                      struct error *error)
{
    if (fwrite(answer->text, 1, length, batch->out) != length)
        return write_failed(error);
    batch->state.written += length;
    for (int i = 0; i < LINE_VERDICT_COUNT; i++)
        batch->state.counts[i] += answer->counts[i];
    batch->state.crashed += answer->crashed;
    return 0;
}

/* Writes what has come back in a slot and gives it back to its worker, unless it is free then. */
static int deliver(struct batch *batch, unsigned number, struct error *error)
{
    struct batch_slot *slot = &batch->slots[number];
    struct chunk_answer *answer = answer_of(batch, number);
    const struct chunk *chunk = chunk_of(batch, number);
    const uint32_t length = answer->length, left = answer->left;
    int result;

    if (length > sizeof(answer->text))
        return error_set(error, STATUS_GUEST, EPROTO, "a worker's answer is impossible");
    result = write_text(batch, answer, length, error);
    if (result < 0)
        return result;
    if (!answer->running && chunk->to < chunk->lines) {
        if (slot->size < chunk->lines)
            slot->size *= 2;
        slot->alone = 0;
        set_range(batch, number, chunk->to);
    } else if (left == 0) {
        slot->is = BATCH_FREE;
        return 0;
    }
    for (uint32_t i = 0; i < chunk->lines; i++)
        if (answer->states[i] == CHUNK_WRITING)
            answer->states[i] = CHUNK_WRITTEN;
    submit(batch, number);
    return 0;
}

/* Whether what has come back may be written: with its like in the order of the input, unless there
 * is nothing to write. */
static bool is_due(const struct batch *batch, unsigned number)
{
    return batch->rules->unordered || batch->order[batch->head] == number ||
           answer_of(batch, number)->length == 0;
}

/* Takes a slot out of the order of the input. */
static void drop(struct batch *batch, unsigned at)
{
    const unsigned slots = pool_slots(batch->pool);

    batch->state.place = batch->slots[batch->order[(batch->head + at) % slots]].place;
    for (; at > 0; at--)
        batch->order[(batch->head + at) % slots] = batch->order[(batch->head + at - 1) % slots];
    batch->head = (batch->head + 1) % slots;
    batch->count--;
}

/* Delivers what is due, and sets *moved if there was anything. Returns 0, or -errno with text and
 * status. */
static int collect(struct batch *batch, bool *moved, struct error *error)
{
    int result = 0;

    for (unsigned i = 0; i < batch->count && result == 0;) {
        const unsigned number = batch->order[(batch->head + i) % pool_slots(batch->pool)];
        struct batch_slot *slot = &batch->slots[number];

        if (slot->is == BATCH_BUSY && !pool_is_busy(batch->pool, number))
            slot->is = BATCH_BACK;
        if (slot->is == BATCH_BACK && is_due(batch, number)) {
            result = deliver(batch, number, error);
            *moved = true;
        }
        if (slot->is == BATCH_FREE)
            drop(batch, i);
        else
            i++;
    }
    return result;
}

/* Keeps how far it came, now and then, and at the end. */
static int keep(struct batch *batch, bool always, struct error *error)
{
    const uint64_t now = batch->kept ? clock_now() : 0;
    int result;

    if (!batch->kept || (!always && now < batch->due))
        return 0;
    if (fflush(batch->out) != 0 || fdatasync(fileno(batch->out)) < 0)
        return write_failed(error);
    result = checkpoint_write(&batch->state, batch->kept, batch->rules, error);
    batch->due = clock_now() + SYNC_NS + SYNC_PART * (clock_now() - now);
    return result;
}

static double part(const struct batch *batch)
{
    return batch->size ? (double)batch->state.place.offset / (double)batch->size : 0;
}

static uint64_t answered(const struct batch *batch)
{
    uint64_t sum = 0;

    for (int i = 0; i < LINE_VERDICT_COUNT; i++)
        sum += batch->state.counts[i];
    return sum;
}

/* before is what had been answered, and begun the part of the input, when this batch began. */
static void show(const struct batch *batch, uint64_t before, double begun)
{
    const double done = (double)(answered(batch) - before), now = part(batch);
    const struct progress progress = {
        .what = "batch",
        .unit = "programs",
        .done = done,
        .all = now > begun ? done * (1 - begun) / (now - begun) : 0,
    };

    if (batch->watched)
        progress_show(&progress);
}

int batch_run(struct batch *batch, struct error *error)
{
    const uint64_t before = answered(batch);
    const double begun = part(batch);
    bool moved = true, readable;
    int result = 0;

    batch->due = clock_now() + SYNC_NS;
    progress_begin(NULL);
    while (result == 0 &&
           (batch->count || !batch->input.ended || batch->input.start < batch->input.end)) {
        const int fd = input_wants(&batch->input) ? batch->input.fd : -1;

        result = pool_wait(batch->pool, fd, moved ? 0 : WAIT_MILLISECONDS, &readable, error);
        if (result == 0 && readable)
            result = input_read(&batch->input, error);
        if (result == 0)
            result = bury(batch, error);
        moved = readable;
        if (result == 0)
            result = collect(batch, &moved, error);
        if (result == 0 && !moved && fflush(batch->out) != 0)
            result = write_failed(error);
        if (result == 0 && feed(batch, readable))
            moved = true;
        if (result == 0)
            result = keep(batch, false, error);
        show(batch, before, begun);
    }
    progress_end();
    return result < 0 ? result : keep(batch, true, error);
}
