/* Many different programs: writes them for `batch`, and runs them by the ring alone.
 * Use: many write COUNT, which prints so many random programs in hex; many ring LIMIT FILE, which
 * runs those of FILE, parsed beforehand, in one machine, and prints programs a second of CPU time.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "machine/machine.h"
#include "pool/line.h"

#define PROGRAMS (1 << 16)
#define NS       1000000000ull

static struct abi_job jobs[PROGRAMS], given[PROGRAMS];
static struct abi_result results[PROGRAMS];

static uint32_t draw(void)
{
    static uint64_t state = 1948;

    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

/* Instruction words on lines 1 to 7. */
static int write_programs(uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        printf("00000000");
        for (int line = 1; line < 8; line++)
            printf(" %08" PRIx32, (draw() & 7) << 13 | (draw() & 31));
        putchar('\n');
    }
    return fflush(stdout) == 0 ? 0 : 1;
}

static size_t read_programs(const char *path, uint64_t limit)
{
    FILE *file = fopen(path, "r");
    char text[1024];
    struct line line;
    size_t count = 0;

    while (file && count < PROGRAMS && fgets(text, sizeof(text), file)) {
        line_read(&line, text, strcspn(text, "\n"), 1, limit);
        given[count].state = line.state;
        given[count++].budget = limit;
    }
    if (file)
        fclose(file);
    return count;
}

/* Of this process, since the last call. */
static double cpu_seconds(void)
{
    static double before;
    struct timespec now;
    double seconds;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    seconds = (double)now.tv_sec + (double)now.tv_nsec / 1e9 - before;
    before += seconds;
    return seconds;
}

static int run_programs(uint64_t limit, const char *path)
{
    static struct error error;
    const struct machine_config config = {
        .engine = ENGINE_LEAP, .transport = TRANSPORT_RING, .seconds = 60};
    const size_t count = read_programs(path, limit);
    struct machine *machine;
    uint64_t began, done = 0;
    double seconds;

    if (count == 0 || machine_open(&machine, &config, &error) < 0) {
        fprintf(stderr, "%s: %s\n", path, count ? error.text : "no programs");
        return 1;
    }
    began = clock_now();
    cpu_seconds();
    do {
        memcpy(jobs, given, sizeof(jobs));
        if (machine_jobs(machine, jobs, results, count, &error) < 0) {
            fprintf(stderr, "%s\n", error.text);
            return 1;
        }
        done += count;
    } while (clock_now() - began < NS);
    seconds = cpu_seconds();
    printf("%.0f\n", (double)done / seconds);
    machine_close(machine);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "write") == 0)
        return write_programs(strtoull(argv[2], NULL, 10));
    if (argc == 4 && strcmp(argv[1], "ring") == 0)
        return run_programs(strtoull(argv[2], NULL, 10), argv[3]);
    fprintf(stderr, "Use: many write COUNT | many ring LIMIT FILE\n");
    return 2;
}
