/* The engines in the guest against the reference: a sample of the random trials, through KVM.
 *
 * Prints TAP. BABYVISOR_TRIALS=N in the environment makes each engine run N million instructions.
 */
#include <stdlib.h>
#include <time.h>

#include "machine.h"
#include "options.h"
#include "trial/trial.h"

#define INSTRUCTIONS 1000000
#define SECONDS      3600 /* of one engine: no guest runs without a limit */

static struct machine *machine;

static enum stop run(struct baby *m, uint64_t budget)
{
    struct error error;
    enum stop stop;

    if (m->executed == 0)
        machine_prepare(machine, m);
    if (machine_advance(machine, m, budget, &stop, &error) == 0)
        return stop;
    printf("Bail out! %s\n", error.text);
    exit(1);
}

/* Whether the engine passes trials of so many instructions; prints what it does not pass. */
static bool passes(uint64_t seed, uint64_t instructions)
{
    uint64_t random = seed;
    uint64_t obeyed = 0;

    while (obeyed < instructions) {
        struct trial trial;
        struct trial_difference difference;

        trial_make(&trial, 20000, &random);
        if (trial_passes(&trial, run, &obeyed, &difference))
            continue;
        if (trial_shrink(&trial, run))
            trial_passes(&trial, run, &obeyed, &difference);
        trial_print(&trial, &difference, stdout);
        return false;
    }
    return true;
}

int main(void)
{
    const char *millions = getenv("BABYVISOR_TRIALS");
    const uint64_t instructions = millions ? strtoull(millions, NULL, 10) * 1000000 : INSTRUCTIONS;
    bool good = true;

    for (int engine = 0; engine < ENGINE_COUNT; engine++) {
        const struct settings settings = {
            .backend = BACKEND_KVM,
            .engine = (enum engine)engine,
            .transport = TRANSPORT_PAGE,
            .timeout = SECONDS,
        };
        const uint64_t seed = (uint64_t)time(NULL) * ENGINE_COUNT + (uint64_t)engine;
        struct error error;
        bool passed;

        if (machine_open(&machine, &settings, &error) < 0) {
            printf("1..0 # SKIP %s\n", error.text);
            return error.status != STATUS_NO_KVM && error.status != STATUS_PERMISSION;
        }
        passed = passes(seed, instructions);
        good = good && passed;
        printf("%sok %d - %s in the guest, seed %llu\n", passed ? "" : "not ", engine + 1,
               options_engines[engine], (unsigned long long)seed);
        fflush(stdout);
        machine_close(machine);
    }
    printf("1..%d\n", ENGINE_COUNT);
    return !good;
}
