/* Makes a trial that does not pass as small as it gets without passing. */
#include "trial/trial.h"

/* Puts `smaller` in place of *trial if it does not pass either. Returns whether it did. */
static bool take(struct trial *trial, const struct trial *smaller, engine_run *run)
{
    struct trial_difference difference;
    uint64_t obeyed = 0;

    if (trial_passes(smaller, run, &obeyed, &difference))
        return false;
    *trial = *smaller;
    return true;
}

static bool shrink_calls(struct trial *trial, engine_run *run)
{
    struct trial smaller = *trial;

    if (trial->cut == TRIAL_ONE_CALL)
        return false;
    smaller.cut = TRIAL_ONE_CALL;
    if (take(trial, &smaller, run))
        return true;
    smaller.cut = TRIAL_CALLS;
    return trial->cut == TRIAL_CHANGING_CALLS && take(trial, &smaller, run);
}

static bool shrink_limit(struct trial *trial, engine_run *run)
{
    bool any = false;

    for (uint64_t step = trial->limit / 2; step; step /= 2)
        while (trial->limit > step) {
            struct trial smaller = *trial;

            smaller.limit -= step;
            if (!take(trial, &smaller, run))
                break;
            any = true;
        }
    return any;
}

static bool shrink_word(struct trial *trial, uint32_t *word, uint32_t value, engine_run *run)
{
    const uint32_t was = *word;

    if (was == value)
        return false;

    struct trial before = *trial;

    *word = value;

    struct trial smaller = *trial;

    *trial = before;
    return take(trial, &smaller, run);
}

static bool shrink_words(struct trial *trial, engine_run *run)
{
    bool any = shrink_word(trial, &trial->start.a, 0, run);

    any |= shrink_word(trial, &trial->start.ci, 0, run);
    for (uint32_t line = 0; line < ABI_LINES; line++) {
        uint32_t *word = &trial->start.store[line];

        any |= shrink_word(trial, word, 0, run) || shrink_word(trial, word, *word & 0xe01f, run);
    }
    return any;
}

bool trial_shrink(struct trial *trial, engine_run *run)
{
    const struct trial itself = *trial;

    if (!take(trial, &itself, run))
        return false;
    while (shrink_calls(trial, run) || shrink_limit(trial, run) || shrink_words(trial, run))
        ;
    return true;
}
