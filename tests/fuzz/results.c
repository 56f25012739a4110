/* Fuzz target of the VMM's end of a transport: the input is what a guest does with its jobs. What
 * is believed must be possible, whatever memory holds and in whatever order the guest acts. */
#include <errno.h>

#include "fuzz.h"
#include "vmm/transport.h"

static uint8_t memory[ABI_MEMORY_SIZE];
static struct abi_job jobs[ABI_RING_SLOTS];
static struct abi_result results[ABI_RING_SLOTS];
static struct error error;

static void place(struct transport_end *end, struct input *input)
{
    const uint32_t count = 1 + input_byte(input) % transport_capacity(end->kind);

    for (uint32_t i = 0; i < count; i++) {
        const uint8_t kind = input_byte(input);

        jobs[i] = (struct abi_job){.budget = kind, .engine = kind % ENGINE_COUNT, .id = i};
        if (kind & 1)
            jobs[i].budget = UINT64_MAX - kind;
        jobs[i].state.store[kind % ABI_LINES] = input_word(input);
    }
    transport_place(end, memory, jobs, results, count);
}

/* Where the guest puts the result of the job. */
static void *result_place(const struct transport_end *end, uint32_t number)
{
    const uint32_t at = (end->ring_jobs - end->outstanding + number) % ABI_RING_SLOTS;

    if (end->kind == TRANSPORT_RING)
        return memory + ABI_RING + offsetof(struct abi_ring, slots) + at * sizeof(union abi_slot);
    return memory + ABI_JOB_PAGE + offsetof(struct abi_job_page, result);
}

/* Writes results that can be believed, then as much of the input over the last as it says. */
static void write_results(const struct transport_end *end, struct input *input)
{
    for (uint32_t i = 0; i < end->outstanding; i++) {
        const struct abi_result good = make_believable(&jobs[i]);

        memcpy(result_place(end, i), &good, sizeof(good));
        if (i == end->outstanding - 1) {
            const size_t at = input_byte(input) % sizeof(good);
            const size_t most = sizeof(good) - at;
            const size_t size = input_byte(input);

            input_take(input, (uint8_t *)result_place(end, i) + at, size < most ? size : most);
        }
    }
}

/* Writes the words of a result that can be believed but for one. */
static int send_words(struct transport_end *end, struct input *input)
{
    const struct abi_result good = make_believable(&jobs[0]);
    const uint8_t other = input_byte(input);
    const uint32_t word = input_word(input);
    int failed = 0;

    for (uint8_t i = 0; i < ABI_RESULT_WORDS && failed == 0; i++) {
        uint32_t right;

        memcpy(&right, (const uint8_t *)&good + 4 * i, 4);
        failed = transport_word_out(end, i == other ? word : right, &error);
    }
    return failed;
}

static int ring(struct transport_end *end, uint32_t count)
{
    const uint32_t due = end->outstanding;
    int failed = transport_doorbell(end, memory, count, &error);

    if (failed < 0)
        return failed;
    CHECK(count == due && end->outstanding == 0 && end->booted, "a doorbell out of turn");
    for (uint32_t i = 0; i < due; i++)
        check_believed(&results[i], &jobs[i]);
    return 0;
}

static int act(struct transport_end *end, struct input *input)
{
    uint32_t word = 0;
    int failed = 0;

    switch (input_byte(input) % 8) {
    case 0:
        return ring(end, end->outstanding);
    case 1:
        return ring(end, input_word(input));
    case 2:
        if (!end->outstanding)
            place(end, input);
        return 0;
    case 3:
        write_results(end, input);
        return 0;
    case 4:
        return transport_word_out(end, input_word(input), &error);
    case 5:
        return transport_word_in(end, &word, &error);
    case 6:
        for (uint32_t i = 0; i < ABI_JOB_WORDS && failed == 0; i++)
            failed = transport_word_in(end, &word, &error);
        return failed;
    default:
        return end->outstanding ? send_words(end, input) : 0;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    struct transport_end end = {.kind = input_byte(&input) % TRANSPORT_COUNT};

    memset(memory + ABI_JOB_PAGE, 0, ABI_PAGE);
    memset(memory + ABI_RING, 0, ABI_RING_SIZE);
    memset(results, 0, sizeof(results));
    while (input.left) {
        int failed = act(&end, &input);

        if (failed == 0)
            continue;
        check_error(&error, failed);
        CHECK(failed == -EPROTO && error.status == STATUS_GUEST, "status %d", (int)error.status);
        break;
    }
    return 0;
}
