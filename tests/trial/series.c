/* Random trials one after the other, and a report on the first that does not pass. */
#include "trial/trial.h"

void trial_report(struct trial *trial, struct trial_difference *difference, engine_run *run,
                  FILE *out)
{
    uint64_t obeyed = 0;

    if (trial_shrink(trial, run))
        trial_passes(trial, run, &obeyed, difference);
    else
        fprintf(out, "# it passes when run again: what was wrong was kept from a trial before\n");
    trial_print(trial, difference, out);
    fflush(out);
}

bool trial_series(uint64_t seed, uint32_t most, uint64_t instructions, engine_run *run, FILE *out)
{
    uint64_t random = seed;
    uint64_t obeyed = 0;

    while (obeyed < instructions) {
        struct trial trial;
        struct trial_difference difference;

        trial_make(&trial, most, &random);
        if (trial_passes(&trial, run, &obeyed, &difference))
            continue;
        fprintf(out, "# with seed 0x%llx:\n", (unsigned long long)seed);
        trial_report(&trial, &difference, run, out);
        return false;
    }
    return true;
}
