/* A trial: a program run by an engine in several calls, compared with the reference after each. */
#include "trial/trial.h"

#include <string.h>

#include "ssem/isa.h"
#include "ssem/step.h"
#include "trial/random.h"
#include "trial/random_store.h"

void trial_make(struct trial *trial, uint32_t most, uint64_t *random)
{
    random_store(&trial->start, random);
    /* Most are short, the more so the shorter. */
    trial->limit = 1 + (random_below(random, most) >> random_below(random, 8));
    trial->cut = (enum trial_cut)random_below(random, TRIAL_CUTS);
    trial->seed = random_next(random);
}

static uint64_t random_budget(uint64_t *random)
{
    switch (random_below(random, 8)) {
    case 0:
        return 0;
    case 1:
        return 1;
    case 2:
        return random_below(random, 40);
    case 3:
        return UINT64_MAX - random_below(random, 2);
    default:
        return 40 + random_below(random, 1000);
    }
}

static bool same(const struct trial_difference *call)
{
    return call->got_stop == call->expected_stop &&
           memcmp(&call->got, &call->expected, sizeof(call->got)) == 0;
}

bool trial_passes(const struct trial *trial, engine_run *run, uint64_t *obeyed,
                  struct trial_difference *difference)
{
    struct trial_difference call = {.got = trial->start};
    uint64_t random = trial->seed;

    while (call.at < trial->limit) {
        uint64_t left = trial->limit - call.at;

        call.budget = trial->cut == TRIAL_ONE_CALL ? left : random_budget(&random);
        if (call.budget > left)
            call.budget = left;
        if (trial->cut == TRIAL_CHANGING_CALLS && !random_below(&random, 4))
            call.got.store[random_below(&random, ABI_LINES)] = random_store_word(&random);
        call.before = call.expected = call.got;
        call.expected_stop = step_run(&call.expected, call.budget);
        call.got_stop = run(&call.got, call.budget);
        if (!same(&call)) {
            *difference = call;
            return false;
        }
        call.at += call.got.executed;
        *obeyed += call.got.executed;
    }
    return true;
}

static void print_word(const char *name, uint32_t expected, uint32_t got, FILE *out)
{
    if (expected != got)
        fprintf(out, "  %-8s expected %11d (0x%08x), got %11d (0x%08x)\n", name,
                isa_number(expected), expected, isa_number(got), got);
}

void trial_print(const struct trial *trial, const struct trial_difference *difference, FILE *out)
{
    char text[16];

    fprintf(out, "  ; A = %d, CI = %u, %llu instructions, cut %d with seed 0x%llx\n",
            isa_number(trial->start.a), trial->start.ci, (unsigned long long)trial->limit,
            trial->cut, (unsigned long long)trial->seed);
    for (uint32_t line = 0; line < ABI_LINES; line++)
        if (trial->start.store[line])
            fprintf(out, "  %02u %-6s ; %d\n", line, isa_text(trial->start.store[line], text),
                    isa_number(trial->start.store[line]));
    fprintf(out, "  wrong: the call with budget %llu after %llu instructions, from CI %u, A %d\n",
            (unsigned long long)difference->budget, (unsigned long long)difference->at,
            difference->before.ci, isa_number(difference->before.a));
    for (uint32_t line = 0; line < ABI_LINES; line++) {
        snprintf(text, sizeof(text), "line %u", line);
        print_word(text, difference->expected.store[line], difference->got.store[line], out);
    }
    print_word("A", difference->expected.a, difference->got.a, out);
    print_word("CI", difference->expected.ci, difference->got.ci, out);
    print_word("stop", difference->expected_stop, difference->got_stop, out);
    if (difference->expected.executed != difference->got.executed)
        fprintf(out, "  executed expected %llu, got %llu\n",
                (unsigned long long)difference->expected.executed,
                (unsigned long long)difference->got.executed);
}
