/* Stepwise correctness: whether interp(V) equals T after every piece of a run. */
#include "measure/verify.h"

#include "ssem/step.h"

#define RANDOM_BUDGET_BITS 12 /* random budgets are below 2^12, small ones as likely as large */
#define RANDOM_BUDGET_MEAN 171
#define PROGRESS_STATES    1000

const uint64_t verify_budgets[] = {1, 2, 3, 7, 32, 1000, 0};
const size_t verify_budget_count = sizeof(verify_budgets) / sizeof(verify_budgets[0]);

/* The next number of the sequence of Marsaglia's 64-bit xorshift. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static uint64_t random_budget(uint64_t *state)
{
    uint64_t width = next_random(state) >> 32;

    return (next_random(state) >> 32 & ((1u << (1 + width % RANDOM_BUDGET_BITS)) - 1)) + 1;
}

static bool same(const struct baby *a, const struct baby *b)
{
    return step_same(a, b) && a->executed == b->executed;
}

struct pass {
    struct machine *machine;
    verify_progress *progress;
    void *context;
    uint64_t limit;
    double all; /* states of all passes */
};

/* The states of all passes over so many instructions. */
static double count_states(uint64_t instructions)
{
    double all = 0;

    for (size_t i = 0; i < verify_budget_count; i++)
        all += (double)instructions /
               (double)(verify_budgets[i] ? verify_budgets[i] : RANDOM_BUDGET_MEAN);
    return all;
}

static int run_pass(const struct pass *pass, const struct baby *start, uint64_t budget,
                    uint64_t *seed, struct verify_result *result, struct error *error)
{
    struct baby t = *start;
    struct run v;
    int more = 1;

    t.executed = 0;
    run_begin(&v, pass->machine, start, pass->limit);
    while (more > 0 && t.executed < pass->limit) {
        const struct baby before = t;
        const uint64_t left = pass->limit - before.executed;
        uint64_t piece = budget ? budget : random_budget(seed);
        enum stop stop;

        if (piece > left)
            piece = left;
        stop = step_run(&t, piece);
        t.executed += before.executed;
        more = run_advance(&v, piece, error);
        if (more < 0)
            return more;
        result->states++;
        if (!same(&t, &v.state) || stop != v.stop) {
            result->equal = false;
            result->at = before.executed;
            result->budget = piece;
            result->before = before;
            result->expected = t;
            result->expected_stop = stop;
            result->got = v.state;
            result->got_stop = v.stop;
            return 0;
        }
        if (pass->progress && result->states % PROGRESS_STATES == 0)
            pass->progress(pass->context, result->states, pass->all);
    }
    return 0;
}

int verify_run(struct machine *machine, const struct baby *start, uint64_t limit, uint64_t seed,
               verify_progress *progress, void *context, struct verify_result *result,
               struct error *error)
{
    struct pass pass = {machine, progress, context, limit, count_states(limit)};
    int failed = 0;

    *result = (struct verify_result){.equal = true};
    seed = seed ? seed : 1;
    for (size_t i = 0; i < verify_budget_count && failed == 0 && result->equal; i++) {
        failed = run_pass(&pass, start, verify_budgets[i], &seed, result, error);
        /* The first pass goes by single instructions. */
        if (i == 0)
            pass.all = count_states(result->states);
    }
    return failed;
}
