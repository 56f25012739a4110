/* The engines in the guest against the reference: a sample of the random trials, through KVM.
 *
 * Prints TAP. BABYVISOR_TRIALS=N in the environment makes each engine run N million instructions.
 */
#include <stdlib.h>
#include <time.h>

#include "machine/machine.h"
#include "trial/trial.h"

#define INSTRUCTIONS 1000000
#define MOST         20000 /* of one trial */
#define SECONDS      3600  /* of one engine: no guest runs without a limit */

static struct machine *machine;

static enum stop run(struct baby *m, uint64_t budget)
{
    struct abi_job job = {.state = *m, .budget = budget};
    struct abi_result result;
    struct error error;

    if (m->executed == 0)
        machine_prepare(machine, m);
    if (machine_jobs(machine, &job, &result, 1, &error) == 0) {
        *m = result.state;
        return (enum stop)result.stop;
    }
    printf("Bail out! %s\n", error.text);
    exit(1);
}

int main(void)
{
    const char *millions = getenv("BABYVISOR_TRIALS");
    const uint64_t instructions = millions ? strtoull(millions, NULL, 10) * 1000000 : INSTRUCTIONS;
    bool good = true;

    for (int engine = 0; engine < ENGINE_COUNT; engine++) {
        const struct machine_config config = {
            .backend = BACKEND_KVM,
            .engine = (enum engine)engine,
            .transport = TRANSPORT_PAGE,
            .seconds = SECONDS,
        };
        const uint64_t seed = (uint64_t)time(NULL) * ENGINE_COUNT + (uint64_t)engine;
        struct error error;
        bool passed;

        if (machine_open(&machine, &config, &error) < 0) {
            printf("1..0 # SKIP %s\n", error.text);
            return error.status != STATUS_NO_KVM && error.status != STATUS_PERMISSION;
        }
        passed = trial_series(seed, MOST, instructions, run, stdout);
        good = good && passed;
        printf("%sok %d - %s in the guest, seed %llu\n", passed ? "" : "not ", engine + 1,
               config_engines[engine].name, (unsigned long long)seed);
        fflush(stdout);
        machine_close(machine);
    }
    printf("1..%d\n", ENGINE_COUNT);
    return !good;
}
