/* Obeys the lines of a chunk in a worker's machine. */
#include "pool/chunk.h"

#include <string.h>

#include "base/clock.h"
#include "measure/cycle.h"
#include "ssem/step.h"

/* A program has at first so many instructions before others have their turn, which is enough for
 * engine `leap` to see the cycles that most endless ones are in; then more, up to the slice. */
#define SLICE_FIRST  20000
#define SLICE_GROWTH 8

#define TURN_NS (20 * 1000 * 1000)

/* A cycle of up to so many instructions, its beginning included, is measured by step(). */
#define CYCLE_STEPS (1u << 16)

/* What is with the guest. */
static struct abi_job jobs[CHUNK_LINES];
static struct abi_result results[CHUNK_LINES];
static uint32_t numbers[CHUNK_LINES]; /* of their lines */

/* After all else of the line, since this process may be killed at any moment. */
static void set_state(struct chunk_answer *answer, uint32_t i, enum chunk_line state)
{
    __atomic_store_n(&answer->states[i], (uint8_t)state, __ATOMIC_RELEASE);
}

static const char *text_of(const struct chunk *chunk, uint32_t i, size_t *length)
{
    const uint32_t start = i ? chunk->ends[i - 1] + 1 : 0;

    *length = chunk->ends[i] - start;
    return chunk->text + start;
}

static void read_line(struct line *line, const struct chunk_rules *rules, const struct chunk *chunk,
                      uint32_t i)
{
    size_t length;
    const char *text = text_of(chunk, i, &length);

    line_read(line, text, length, chunk->first + i, rules->limit);
}

static uint64_t slice_of(const struct chunk_rules *rules, const struct line *line)
{
    uint64_t slice = SLICE_FIRST;

    for (unsigned i = 0; i < line->turns && slice < rules->slice; i++)
        slice *= SLICE_GROWTH;
    return slice < rules->slice ? slice : rules->slice;
}

/* Reads what is new and puts what runs into jobs; returns how many. */
static uint32_t gather(const struct chunk_rules *rules, const struct chunk *chunk,
                       struct chunk_answer *answer)
{
    uint32_t count = 0;

    for (uint32_t i = chunk->from; i < chunk->to; i++) {
        struct line *line = &answer->lines[i];
        uint64_t left, slice;

        if (answer->states[i] == CHUNK_NEW) {
            read_line(line, rules, chunk, i);
            if (line->verdict == LINE_NONE && line->limit == 0)
                line->verdict = LINE_LIMIT;
            set_state(answer, i, line->verdict == LINE_NONE ? CHUNK_RUNS : CHUNK_ENDED);
        }
        if (answer->states[i] != CHUNK_RUNS)
            continue;
        left = line->limit - line->state.executed;
        slice = slice_of(rules, line);
        jobs[count].state = line->state;
        jobs[count].budget = left < slice ? left : slice;
        numbers[count++] = i;
    }
    return count;
}

/* The first state that returns, and after how many instructions, by step(): the state returns after
 * period, which is a multiple of the least one (Floyd's walk in step, Knuth, vol. 2, 3.1). False if
 * that takes too long. */
static bool measure_cycle(struct line *line, const struct baby *start)
{
    struct baby slow = *start, fast = *start;
    uint64_t entered = 0, period = 0;

    if (line->period > CYCLE_STEPS)
        return false;
    for (uint64_t i = 0; i < line->period; i++)
        step(&fast);
    for (; !step_same(&slow, &fast) && entered < CYCLE_STEPS; entered++) {
        step(&slow);
        step(&fast);
    }
    if (!step_same(&slow, &fast))
        return false;
    do {
        step(&fast);
        period++;
    } while (!step_same(&slow, &fast));
    line->state = slow;
    line->state.executed = entered;
    line->period = period;
    line->is_exact = true;
    return true;
}

/* What an endless run repeats, as `run` shows it. */
static int end_cycle(const struct chunk_rules *rules, const struct chunk *chunk, uint32_t i,
                     struct line *line, struct machine *machine, struct error *error)
{
    struct run run;
    struct baby start;
    int result;

    line->verdict = LINE_CYCLE;
    run_begin(&run, machine, &line->state, UINT64_MAX);
    run.state.executed = run.entered = line->state.executed;
    run.period = line->period;
    read_line(line, rules, chunk, i);
    line->verdict = LINE_CYCLE;
    line->period = run.period;
    start = line->state;
    if (measure_cycle(line, &start))
        return 0;
    result = machine_arm(machine, rules->seconds, error);
    if (result == 0)
        result = cycle_find(&run, &start, error);
    line->state = run.state;
    line->period = run.period;
    line->is_exact = run.is_exact;
    return result;
}

/* Takes a result; returns whether the program has ended. */
static bool take(struct line *line, const struct abi_result *result)
{
    const uint64_t period = result->counters.period;
    const uint64_t executed = line->state.executed + result->state.executed;

    line->state = result->state;
    line->state.executed = executed;
    if (line->turns < UINT8_MAX)
        line->turns++;
    line->period = period;
    if (result->stop == STOP_STP) {
        line->verdict = LINE_STP;
    } else if (executed >= line->limit) {
        line->verdict = LINE_LIMIT;
    } else if (period && line->limit == UINT64_MAX) {
        line->verdict = LINE_CYCLE;
    } else if (period) {
        /* Whole periods change nothing. */
        line->state.executed = line->limit - (line->limit - executed) % period;
        if (line->state.executed >= line->limit)
            line->verdict = LINE_LIMIT;
    }
    return line->verdict != LINE_NONE;
}

/* Runs every program that has not ended once; *running is how many have not after that. */
static int advance(const struct chunk_rules *rules, struct machine *machine,
                   const struct chunk *chunk, struct chunk_answer *answer, uint32_t *running,
                   struct error *error)
{
    const uint32_t count = gather(rules, chunk, answer);
    int result = count ? machine_arm(machine, rules->seconds, error) : 0;

    if (result == 0)
        result = machine_jobs(machine, jobs, results, count, error);
    *running = 0;
    for (uint32_t i = 0; i < count && result == 0; i++) {
        struct line *line = &answer->lines[numbers[i]];

        if (!take(line, &results[i])) {
            ++*running;
            continue;
        }
        if (line->verdict == LINE_CYCLE)
            result = end_cycle(rules, chunk, numbers[i], line, machine, error);
        if (result == 0)
            set_state(answer, numbers[i], CHUNK_ENDED);
    }
    return result;
}

/* Writes the answers that are due and for which there is room. */
static void write_answers(const struct chunk_rules *rules, const struct chunk *chunk,
                          struct chunk_answer *answer)
{
    char *out = answer->text;
    bool all = true;

    for (uint32_t i = 0; i < chunk->lines; i++)
        all = all && answer->states[i] >= CHUNK_ENDED;
    memset(answer->counts, 0, sizeof(answer->counts));
    answer->crashed = 0;
    answer->left = 0;
    for (uint32_t i = 0; i < chunk->lines; i++) {
        const struct line *line = &answer->lines[i];

        if (answer->states[i] >= CHUNK_WRITING)
            continue;
        if (answer->states[i] != CHUNK_ENDED || !(all || rules->unordered) ||
            out + LINE_ANSWER > answer->text + sizeof(answer->text)) {
            answer->left++;
            continue;
        }
        out = line_write(out, line, rules->format, rules->store);
        answer->counts[line->verdict]++;
        answer->crashed += line->verdict == LINE_ERROR && line->status != STATUS_DATA;
        answer->states[i] = CHUNK_WRITING;
    }
    answer->length = (uint32_t)(out - answer->text);
}

int chunk_work(const void *context, struct machine *machine, const void *request, void *answer_,
               struct error *error)
{
    const struct chunk_rules *rules = context;
    const struct chunk *chunk = request;
    struct chunk_answer *answer = answer_;
    const uint64_t began = clock_now();
    uint32_t running = 0;
    int result;

    do
        result = advance(rules, machine, chunk, answer, &running, error);
    while (result == 0 && running && clock_now() - began < TURN_NS);
    machine_disarm();
    if (result < 0)
        return result;
    answer->running = running;
    write_answers(rules, chunk, answer);
    return 0;
}
