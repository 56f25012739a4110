/* The engines, as they are in the guest image, against the reference: random programs, in pieces.
 *
 * BABYVISOR_TRIALS=N in the environment makes each engine run N million instructions.
 */
#include <stdlib.h>
#include <time.h>

#include "guest/static_translate.h"
#include "native.h"
#include "options.h"
#include "suites.h"
#include "trial/random.h"
#include "trial/trial.h"

#define MILLIONS 3

static struct native native;
static enum engine engine;

static void open_native(void)
{
    struct error error;

    ck_assert_msg(native_open(&native, &error) == 0, "%s", error.text);
}

static void close_native(void)
{
    native_close(&native);
}

static enum stop run(struct baby *m, uint64_t budget)
{
    struct abi_counters counters;

    /* A program that is about to start; what changes it later, changes it behind its translation.
     */
    if (engine == ENGINE_STATIC && m->executed == 0)
        static_translate(native.statics, m);
    return native_run(&native, engine, m, budget, &counters);
}

/* Prints the smallest program that shows the difference, and fails. */
static void shrink_and_fail(struct trial *trial, uint64_t seed)
{
    struct trial_difference difference;
    uint64_t obeyed = 0;

    printf("# engine %s differs from the reference; seed 0x%llx\n", options_engines[engine],
           (unsigned long long)seed);
    if (!trial_shrink(trial, run))
        printf("# but not when the trial is run again: it depends on those before\n");
    else if (!trial_passes(trial, run, &obeyed, &difference))
        trial_print(trial, &difference, stdout);
    fflush(stdout);
    ck_abort_msg("engine %s differs from the reference", options_engines[engine]);
}

static void try(uint64_t seed, uint64_t instructions)
{
    uint64_t random = seed;
    uint64_t obeyed = 0;

    while (obeyed < instructions) {
        struct trial trial;
        struct trial_difference difference;

        trial_make(&trial, 150000, &random);
        if (!trial_passes(&trial, run, &obeyed, &difference))
            shrink_and_fail(&trial, seed);
    }
}

static uint64_t instructions(void)
{
    const char *millions = getenv("BABYVISOR_TRIALS");

    return (millions ? strtoull(millions, NULL, 10) : MILLIONS) * 1000000;
}

START_TEST(equals_the_reference)
{
    engine = (enum engine)_i;
    try(1948, instructions() / 2);
}
END_TEST

START_TEST(equals_the_reference_with_a_new_seed)
{
    uint64_t seed = (uint64_t)time(NULL) * ENGINE_COUNT + (uint64_t)_i;

    engine = (enum engine)_i;
    try(seed, instructions() / 2);
}
END_TEST

Suite *suite_engines(void)
{
    Suite *suite = suite_create("engines");
    TCase *tests = tcase_create("engines");

    tcase_add_checked_fixture(tests, open_native, close_native);
    tcase_set_timeout(tests, 0);
    tcase_add_loop_test(tests, equals_the_reference, 0, ENGINE_COUNT);
    tcase_add_loop_test(tests, equals_the_reference_with_a_new_seed, 0, ENGINE_COUNT);
    suite_add_tcase(suite, tests);
    return suite;
}
