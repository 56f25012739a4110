/* Opens, runs and closes each hostile guest several times in one process: nothing may be left.
 *
 * Use: leaks [-v] GUEST... Prints TAP. Counted are descriptors, timers, bytes of the heap and, but
 * where valgrind or ASan take some for themselves (-v), address space; what leaks grows with each
 * round. Under valgrind, which looks by itself, one process must serve all guests. */
#include <stdio.h>
#include <string.h>

#include "faults/held.h"
#include "machine/run.h"

#define SECONDS 0.05

static bool under_valgrind;

/* One run, or none where the image is refused or the time is up before it is there. Returns -errno
 * only for what is not the guest's doing. */
static int run_guest(const char *guest, enum transport transport, enum engine engine,
                     struct error *error)
{
    const struct machine_config config = {
        .backend = BACKEND_KVM,
        .engine = engine,
        .transport = transport,
        .image = guest,
        .tally = true,
        .seconds = SECONDS,
    };
    static const struct baby start;
    struct machine *machine;
    int failed = machine_open(&machine, &config, error);

    if (failed == 0) {
        struct machine_stats stats;
        struct run run;

        run_begin(&run, machine, &start, UINT64_MAX);
        failed = run_finish(&run, error);
        machine_stats(machine, &stats);
        machine_close(machine);
    }
    machine_disarm();
    return failed == 0 || error->status == STATUS_GUEST || error->status == STATUS_DATA ||
                   error->status == STATUS_TIMEOUT
               ? 0
               : failed;
}

/* All transports, and an engine each. */
static int run_all(const char *guest, struct error *error)
{
    int failed = 0;

    for (int transport = 0; transport < TRANSPORT_COUNT && failed == 0; transport++)
        failed = run_guest(guest, (enum transport)transport,
                           (enum engine)((ENGINE_STATIC + transport) % ENGINE_COUNT), error);
    return failed;
}

static bool leaves_nothing(const char *guest, struct error *error)
{
    unsigned long held[HELD_ROUNDS][HELD_KINDS];

    for (int round = 0; round < HELD_ROUNDS; round++) {
        if (run_all(guest, error) < 0) {
            printf("# %s\n", error->text);
            return false;
        }
        held_count(held[round], !under_valgrind);
    }
    return !held_grows(held, guest);
}

int main(int argc, char **argv)
{
    static struct error error;
    bool good = true;
    int no_kvm = run_guest(NULL, TRANSPORT_PAGE, ENGINE_DISPATCH, &error);

    if (no_kvm < 0) {
        printf("1..0 # SKIP %s\n", error.text);
        return error.status != STATUS_NO_KVM && error.status != STATUS_PERMISSION;
    }
    under_valgrind = argc > 1 && strcmp(argv[1], "-v") == 0;
    argv += under_valgrind;
    argc -= under_valgrind;
    for (int i = 1; i < argc; i++) {
        const bool nothing = leaves_nothing(argv[i], &error);

        good = good && nothing;
        printf("%sok %d - %s leaves nothing behind\n", nothing ? "" : "not ", i, argv[i]);
        fflush(stdout);
    }
    printf("1..%d\n", argc - 1);
    return !good;
}
