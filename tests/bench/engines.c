/* Measures the engines in this process: the guest's machine code, each workload, as ratios. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands/options.h"
#include "machine/native.h"
#include "workloads.h"

#define ROUNDS  5
#define SECONDS 0.1

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Millions of SSEM instructions per second; a program that stops begins again. */
static double measure(enum engine engine, const struct baby *start, uint64_t slice)
{
    struct baby m = *start;
    struct abi_counters counters;
    uint64_t executed = 0;
    enum stop stop;
    double began = now();
    double took;

    if (engine == ENGINE_STATIC)
        native_prepare(start);
    do {
        native_run(engine, &m, slice, &stop, &counters);
        executed += m.executed;
        if (stop == STOP_STP)
            m = *start;
        took = now() - began;
    } while (took < SECONDS);
    return (double)executed / took / 1e6;
}

int main(int argc, char **argv)
{
    static struct error error;
    uint64_t slice = argc > 2 ? strtoull(argv[2], NULL, 0) : 100000000;

    for (int engine = 0; engine < ENGINE_COUNT; engine++)
        if (native_open((enum engine)engine, &error) < 0) {
            fprintf(stderr, "engines: %s\n", error.text);
            return 1;
        }
    printf("%-26s", "million instructions/s");
    for (int engine = 0; engine < ENGINE_COUNT; engine++)
        printf("%18s", config_engines[engine].name);
    putchar('\n');
    for (unsigned i = 0; i < workload_count; i++) {
        double best[ENGINE_COUNT] = {0};

        if (argc > 1 && !strstr(workloads[i].name, argv[1]))
            continue;
        printf("%-26s", workloads[i].name);
        for (int round = 0; round < ROUNDS; round++)
            for (int engine = 0; engine < ENGINE_COUNT; engine++) {
                double rate = measure((enum engine)engine, &workloads[i].start, slice);

                if (rate > best[engine])
                    best[engine] = rate;
            }
        for (int engine = 0; engine < ENGINE_COUNT; engine++)
            printf("%10.0f %6.2fx", best[engine], best[engine] / best[0]);
        putchar('\n');
        fflush(stdout);
    }
    for (int engine = 0; engine < ENGINE_COUNT; engine++)
        native_close();
    return 0;
}
