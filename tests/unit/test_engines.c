/* The engines against the reference: random programs, in pieces. Each engine as it is in the guest
 * image, and once more compiled like this file, which may be with sanitizers.
 *
 * BABYVISOR_TRIALS=N in the environment makes each engine run N million instructions.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/workloads.h"
#include "commands/options.h"
#include "guest/engines.h"
#include "guest/word.h"
#include "machine/native.h"
#include "ssem/step.h"
#include "suites.h"
#include "trial/random.h"
#include "trial/trial.h"

/* Instructions for each engine; under AddressSanitizer they take five times as long. */
#if defined(__SANITIZE_ADDRESS__)
#define MILLIONS 6
#else
#define MILLIONS 30
#endif
#define MOST   150000 /* instructions of one trial */
#define PERIOD 200    /* of a cycle that is tried out, at most */

static enum engine engine;
static bool from_image;

struct abi_counters engines_counters;

static engine_run *const compiled[ENGINE_COUNT] = {
#define X(id, name, technique) name##_run,
    ABI_ENGINES(X)
#undef X
};

static void open_native(void)
{
    struct error error;

    for (int i = 0; i < ENGINE_COUNT; i++)
        ck_assert_msg(native_open((enum engine)i, &error) == 0, "%s", error.text);
}

static void close_native(void)
{
    for (int i = 0; i < ENGINE_COUNT; i++)
        native_close();
}

/* What the engine says about the call that has left m like this. */
static void check_counters(const struct abi_counters *counters, const struct baby *m)
{
    struct baby later = *m;

    ck_assert_uint_le(counters->leapt, m->executed);
    if (!counters->period || counters->period > PERIOD)
        return;
    ck_assert_int_eq(step_run(&later, counters->period), STOP_LIMIT);
    ck_assert_msg(step_same(&later, m), "the state is another one after %llu instructions",
                  (unsigned long long)counters->period);
}

static enum stop run(struct baby *m, uint64_t budget)
{
    struct abi_counters counters;
    enum stop stop;

    /* A program that is about to start; what changes it later, leaves its translation as it is.
     */
    if (engine == ENGINE_STATIC && m->executed == 0)
        native_prepare(m);
    if (from_image) {
        ck_assert_int_eq(native_run(engine, m, budget, &stop, &counters), 0);
    } else {
        engines_counters = (struct abi_counters){0};
        stop = compiled[engine](m, budget);
        counters = engines_counters;
    }
    check_counters(&counters, m);
    return stop;
}

static void differs(void)
{
    ck_abort_msg("engine %s differs from the reference", config_engines[engine].name);
}

static void try(uint64_t seed, uint64_t instructions)
{
    if (!trial_series(seed, MOST, instructions, run, stdout))
        differs();
}

/* Test number i is that of an engine of the image or, from ENGINE_COUNT on, of one compiled here.
 */
static void choose(int i)
{
    engine = (enum engine)(i % ENGINE_COUNT);
    from_image = i < ENGINE_COUNT;
}

static uint64_t instructions(void)
{
    const char *millions = getenv("BABYVISOR_TRIALS");

    return (millions ? strtoull(millions, NULL, 10) : MILLIONS) * 1000000;
}

/* Programs that are measured, in one call and in pieces. */
START_TEST(runs_workloads)
{
    choose(_i);
    for (unsigned i = 0; i < workload_count; i++)
        for (int cut = 0; cut < TRIAL_CUTS; cut++) {
            struct trial trial = {workloads[i].start, 300000, (enum trial_cut)cut, 1948};
            struct trial_difference difference;
            uint64_t obeyed = 0;

            if (!trial_passes(&trial, run, &obeyed, &difference)) {
                trial_report(&trial, &difference, run, stdout);
                differs();
            }
        }
}
END_TEST

#define W(function, line) ((uint32_t)WORD_##function << 13 | (line))
#define NEGATED(number)   (0u - (number))

/* A loop of TURNS turns, lines 1 to 7, which is translated by the time that line 8 is reached. It
 * keeps its numbers in lines 20 to 23. */
#define TURNS 1000
#define LOOP                                                                                       \
    [1] = W(LDN, 20), [2] = W(SUB, 21), [3] = W(STO, 22), [4] = W(LDN, 22), [5] = W(STO, 20),      \
    [6] = W(CMP, 0), [7] = W(JRP, 23), [20] = TURNS - 1, [21] = NEGATED(1), [23] = NEGATED(7)

/* What random programs come across too rarely. */
static const struct {
    const char *what;
    uint32_t store[ABI_LINES];
} cases[] = {
    {"STP is put in front", {LOOP, [8] = W(LDN, 24), W(STO, 10), [24] = NEGATED(W(STP, 0))}},
    {"STP is put into the loop, which goes on",
     {LOOP, [8] = W(LDN, 24), W(STO, 3), W(JMP, 25), [24] = NEGATED(W(STP, 0)), 0}},
    {"CMP in the loop becomes STO",
     {LOOP, [8] = W(LDN, 24), W(STO, 6), W(JMP, 25), [24] = NEGATED(W(STO, 26)), 0}},
    {"STO in the loop goes to the loop",
     {LOOP, [8] = W(LDN, 24), W(STO, 5), W(JMP, 25), [24] = NEGATED(W(STO, 3)), 0}},
    {"the jump of the loop is bent",
     {LOOP, [8] = W(LDN, 24), W(STO, 23), W(LDN, 26), W(STO, 20), W(JMP, 25),
      W(STP, 0), [24] = NEGATED(5), 0, NEGATED(3)}},
    {"a line stores into itself", {LOOP, [8] = W(LDN, 24), W(STO, 9), [24] = NEGATED(W(STP, 0))}},
    {"JMP through itself", {LOOP, [8] = W(JMP, 8), W(STP, 0)}},
    {"JRP through itself", {LOOP, [8] = W(JRP, 8), [17] = W(STP, 0)}},
    {"past line 31", {[0] = W(STP, 0), LOOP, [8] = W(JMP, 24), [24] = 30, [31] = W(LDN, 24)}},
    {"CMP skips past line 31",
     {[0] = W(STP, 0), LOOP, [8] = W(JMP, 24), [24] = 29, [30] = W(LDN, 24), W(CMP, 0)}},
    {"more lines than registers, negated or not, and CMP both ways",
     {LOOP, [8] = W(LDN, 24), W(STO, 25), W(SUB, 24), W(STO, 26), W(SUB, 25), W(STO, 27),
      W(LDN, 26), W(SUB, 27), W(STO, 28), W(LDN, 28), W(CMP, 0),
      W(STO, 29), [24] = 7, [30] = W(SUB, 25), W(STO, 24)}},
    {"-2^31 negated is negative",
     {LOOP, [8] = W(LDN, 24), W(STO, 25), W(LDN, 25), W(CMP, 0), W(STP, 0), W(SUB, 25),
      W(STP, 0), [24] = 0x80000000u}},
};

/* With every budget around what leads to what the case is about. */
START_TEST(obeys_cases)
{
    choose(_i);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (uint64_t more = 0; more < 40; more++) {
            struct trial trial = {.limit = 7 * TURNS - 1 + more};
            struct trial_difference difference;
            uint64_t obeyed = 0;

            memcpy(trial.start.store, cases[i].store, sizeof(cases[i].store));
            if (!trial_passes(&trial, run, &obeyed, &difference)) {
                printf("# %s:\n", cases[i].what);
                {
                    trial_report(&trial, &difference, run, stdout);
                    differs();
                }
            }
        }
}
END_TEST

START_TEST(equals_the_reference)
{
    choose(_i);
    try(1948, instructions() / 2);
}
END_TEST

START_TEST(equals_the_reference_with_a_new_seed)
{
    const uint64_t seed = (uint64_t)time(NULL) * 2 * ENGINE_COUNT + (uint64_t)_i;

    choose(_i);
    try(seed, instructions() / 2);
}
END_TEST

Suite *suite_engines(void)
{
    Suite *suite = suite_create("engines");
    TCase *tests = tcase_create("engines");

    tcase_add_checked_fixture(tests, open_native, close_native);
    tcase_set_timeout(tests, 0);
    tcase_add_loop_test(tests, obeys_cases, 0, 2 * ENGINE_COUNT);
    tcase_add_loop_test(tests, runs_workloads, 0, 2 * ENGINE_COUNT);
    tcase_add_loop_test(tests, equals_the_reference, 0, 2 * ENGINE_COUNT);
    tcase_add_loop_test(tests, equals_the_reference_with_a_new_seed, 0, 2 * ENGINE_COUNT);
    suite_add_tcase(suite, tests);
    return suite;
}
