/* Job checks: a guest that hands over an impossible result, or rings out of turn, is found out. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "vmm/transport.h"

#define STP (7u << 13)

static const struct abi_job job = {.budget = 100, .engine = 0, .id = 7};

static struct abi_result good(void)
{
    return (struct abi_result){
        .state = {.store = {[5] = STP}, .ci = 5, .executed = 40},
        .stop = STOP_STP,
        .engine = 0,
        .id = 7,
    };
}

START_TEST(believes_what_is_possible)
{
    struct abi_result result = good();
    struct error error;

    ck_assert_int_eq(transport_check(&result, &job, &error), 0);
    result.state.executed = 100;
    ck_assert_int_eq(transport_check(&result, &job, &error), 0);
    result.stop = STOP_LIMIT;
    ck_assert_int_eq(transport_check(&result, &job, &error), 0);
    result.counters = (struct abi_counters){.leaps = 1, .leapt = 100, .cycles = 1, .period = 3};
    ck_assert_int_eq(transport_check(&result, &job, &error), 0);
}
END_TEST

#define LIE(name, statement)                                                                       \
    static void name(struct abi_result *result)                                                    \
    {                                                                                              \
        statement;                                                                                 \
    }

LIE(other_id, result->id = 8)
LIE(other_engine, result->engine = 1)
LIE(reserved_set, result->reserved = 1)
LIE(no_stop, result->stop = 0)
LIE(unknown_stop, result->stop = 3)
LIE(above_budget, result->state.executed = 101)
LIE(early_limit, result->stop = STOP_LIMIT)
LIE(ci_too_large, result->state.ci = 32)
LIE(ci_huge, result->state.ci = UINT32_MAX)
LIE(no_stp_there, result->state.ci = 6)
LIE(nothing_executed, result->state.executed = 0)

LIE(more_leapt, result->counters.leapt = 41)
LIE(stopping_cycle, result->counters.period = 5)

static const struct {
    void (*lie)(struct abi_result *result);
    const char *says;
} lies[] = {
    {other_id, "result of job 8, expected 7"},
    {other_engine, "result of engine 1, expected 0"},
    {reserved_set, "reserved word"},
    {no_stop, "unknown stop 0"},
    {unknown_stop, "unknown stop 3"},
    {above_budget, "instructions executed: 101, expected 100"},
    {early_limit, "instructions executed: 40, expected 100"},
    {ci_too_large, "CI is 32"},
    {ci_huge, "CI is 4294967295"},
    {no_stp_there, "stopped by STP on line 6"},
    {nothing_executed, "stopped by STP on line 5"},
    {more_leapt, "instructions leapt over: 41, expected 40"},
    {stopping_cycle, "stopped in a cycle of 5"},
};

static void assert_broken(int result, const struct error *error, const char *says)
{
    ck_assert_int_eq(result, -EPROTO);
    ck_assert_int_eq(error->status, STATUS_GUEST);
    ck_assert_msg(strstr(error->text, says), "\"%s\" does not say \"%s\"", error->text, says);
}

START_TEST(sees_through_lies)
{
    struct abi_result result = good();
    struct error error = {0};

    lies[_i].lie(&result);
    assert_broken(transport_check(&result, &job, &error), &error, lies[_i].says);
}
END_TEST

START_TEST(page_carries_a_job)
{
    uint8_t *memory = calloc(1, ABI_MEMORY_SIZE);
    struct abi_job_page *page = (struct abi_job_page *)(memory + ABI_JOB_PAGE);
    struct transport_end end = {.kind = TRANSPORT_PAGE};
    struct abi_result copy;
    struct error error;
    uint32_t word;

    ck_assert_int_eq(transport_doorbell(&end, memory, 0, &error), 0);
    ck_assert(end.booted);
    transport_place(&end, memory, &job, &copy, 1);
    ck_assert_int_eq(memcmp(&page->job, &job, sizeof(job)), 0);
    page->result = good();
    ck_assert_int_eq(transport_doorbell(&end, memory, 1, &error), 0);
    ck_assert_uint_eq(copy.state.executed, 40);
    assert_broken(transport_doorbell(&end, memory, 1, &error), &error, "doorbell with results: 1");
    transport_place(&end, memory, &job, &copy, 1);
    assert_broken(transport_doorbell(&end, memory, 0, &error), &error, "doorbell with results: 0");
    assert_broken(transport_doorbell(&end, memory, UINT32_MAX, &error), &error, "doorbell with");
    assert_broken(transport_word_out(&end, 0, &error), &error, "wrote a word");
    assert_broken(transport_word_in(&end, &word, &error), &error, "read past the end of its job");
    free(memory);
}
END_TEST

START_TEST(words_carry_a_job)
{
    const struct abi_result result = good();
    struct transport_end end = {.kind = TRANSPORT_WORDS};
    struct abi_result taken;
    struct abi_job copy;
    struct error error;
    uint32_t word;

    assert_broken(transport_word_in(&end, &word, &error), &error, "read past the end of its job");
    assert_broken(transport_word_out(&end, 0, &error), &error, "wrote a word");
    ck_assert_int_eq(transport_doorbell(&end, NULL, 0, &error), 0);
    transport_place(&end, NULL, &job, &taken, 1);
    assert_broken(transport_doorbell(&end, NULL, 1, &error), &error, "words of the job fetched: 0");
    for (size_t i = 0; i < ABI_JOB_WORDS; i++)
        ck_assert_int_eq(transport_word_in(&end, (uint32_t *)&copy + i, &error), 0);
    ck_assert_int_eq(memcmp(&copy, &job, sizeof(job)), 0);
    assert_broken(transport_word_in(&end, &word, &error), &error, "read past the end of its job");
    for (size_t i = 0; i < ABI_RESULT_WORDS; i++) {
        if (i == ABI_RESULT_WORDS - 1)
            assert_broken(transport_doorbell(&end, NULL, 1, &error), &error, "words of the result");
        memcpy(&word, (const uint32_t *)&result + i, 4);
        ck_assert_int_eq(transport_word_out(&end, word, &error), 0);
    }
    assert_broken(transport_word_out(&end, 0, &error), &error, "wrote a word");
    ck_assert_int_eq(transport_doorbell(&end, NULL, 1, &error), 0);
    ck_assert_int_eq(memcmp(&taken, &result, sizeof(result)), 0);
}
END_TEST

/* Rounds of random sizes, so that jobs come to lie across the end of the ring. */
START_TEST(ring_carries_many_jobs)
{
    uint8_t *memory = calloc(1, ABI_MEMORY_SIZE);
    struct abi_ring *ring = (struct abi_ring *)(memory + ABI_RING);
    struct transport_end end = {.kind = TRANSPORT_RING};
    static struct abi_job jobs[ABI_RING_SLOTS];
    static struct abi_result results[ABI_RING_SLOTS];
    struct error error;

    ck_assert_int_eq(transport_doorbell(&end, memory, 0, &error), 0);
    for (uint32_t round = 0; round < 100; round++) {
        const uint32_t count = 1 + round * 37 % ABI_RING_SLOTS;

        for (uint32_t i = 0; i < count; i++)
            jobs[i] = (struct abi_job){.budget = 100, .id = round * 1000 + i};
        transport_place(&end, memory, jobs, results, count);
        ck_assert_uint_eq(ring->jobs - ring->results, count);
        for (; ring->results != ring->jobs; ring->results++) {
            union abi_slot *slot = &ring->slots[ring->results % ABI_RING_SLOTS];
            const uint32_t id = slot->job.id;

            slot->result = good();
            slot->result.id = id;
        }
        ck_assert_int_eq(transport_doorbell(&end, memory, count, &error), 0);
        ck_assert_uint_eq(results[count - 1].id, round * 1000 + count - 1);
    }
    transport_place(&end, memory, jobs, results, 3);
    assert_broken(transport_doorbell(&end, memory, 2, &error), &error, "results: 2, expected 3");
    assert_broken(transport_doorbell(&end, memory, 3, &error), &error, "broken guest");
    free(memory);
}
END_TEST

Suite *suite_transport(void)
{
    Suite *suite = suite_create("transport");
    TCase *tests = tcase_create("transport");

    tcase_add_test(tests, believes_what_is_possible);
    tcase_add_loop_test(tests, sees_through_lies, 0, sizeof(lies) / sizeof(lies[0]));
    tcase_add_test(tests, page_carries_a_job);
    tcase_add_test(tests, words_carry_a_job);
    tcase_add_test(tests, ring_carries_many_jobs);
    suite_add_tcase(suite, tests);
    return suite;
}
