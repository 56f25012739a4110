/* Times whole processes in turn: startup RUNS COMMAND... prints of each the median and the tenth
 * percentile in microseconds, the median of its processor time, and both as ratios to the first
 * command in the same turn, with quartiles; page faults and memory. Where the second command is a
 * floor as well, --floors=2 adds the ratios to that. Single spaces separate a command's words. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "base/quantile.h"

#define WORDS  16
#define FLOORS 2

extern char **environ;

struct command {
    const char *text;
    char *words[WORDS + 1];
    double *wall, *cpu; /* us of each run */
    long faults;        /* minor ones, fewest over the runs */
    long resident;      /* KiB, largest over the runs */
};

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static double microseconds(struct timeval time)
{
    return (double)time.tv_sec * 1e6 + (double)time.tv_usec;
}

static void split(struct command *command, const char *text)
{
    char *copy = strdup(text);
    int count = 0;

    command->text = text;
    for (char *word = strtok(copy, " "); word && count < WORDS; word = strtok(NULL, " "))
        command->words[count++] = word;
    command->words[count] = NULL;
}

/* Runs the command with standard output thrown away; exits the benchmark if it fails. */
static void run(struct command *command, int turn)
{
    posix_spawn_file_actions_t actions;
    struct rusage usage;
    double start;
    pid_t child;
    int status;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    start = now();
    if (posix_spawn(&child, command->words[0], &actions, NULL, command->words, environ) != 0 ||
        wait4(child, &status, 0, &usage) != child || status != 0) {
        fprintf(stderr, "startup: `%s` failed\n", command->text);
        exit(1);
    }
    command->wall[turn] = now() - start;
    command->cpu[turn] = microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
    posix_spawn_file_actions_destroy(&actions);
    if (turn == 0 || usage.ru_minflt < command->faults)
        command->faults = usage.ru_minflt;
    if (usage.ru_maxrss > command->resident)
        command->resident = usage.ru_maxrss;
}

/* The ratios of a to b, turn by turn, sorted into out. */
static void divide(const double *a, const double *b, double *out, size_t runs)
{
    for (size_t i = 0; i < runs; i++)
        out[i] = a[i] / b[i];
    quantile_sort(out, runs);
}

/* The cells of a command; sorts its times, so that it comes after what compares them. */
static void print(const struct command *command, double ratios[][2][3], int floors, size_t runs)
{
    quantile_sort(command->wall, runs);
    quantile_sort(command->cpu, runs);
    printf("%s\n%8.0f %6.0f %6.0f", command->text, quantile_of(command->wall, runs, 0.5),
           quantile_of(command->wall, runs, 0.1), quantile_of(command->cpu, runs, 0.5));
    for (int i = 0; i < floors; i++)
        printf("  %4.2f %4.2f-%4.2f %4.2f", ratios[i][0][1], ratios[i][0][0], ratios[i][0][2],
               ratios[i][1][1]);
    printf("  %5ld %5ld\n", command->faults, command->resident);
}

int main(int argc, char **argv)
{
    const int floors = argc > 1 && strcmp(argv[1], "--floors=2") == 0 ? 2 : 1;
    const int runs = argc > floors + 1 ? atoi(argv[floors]) : 0;
    const int count = argc - floors - 1;
    double(*ratios)[FLOORS][2][3];
    struct command *commands;
    double *sorted;

    if (runs < 1 || count < floors) {
        fprintf(stderr, "usage: startup [--floors=2] RUNS COMMAND...\n");
        return 64;
    }
    commands = calloc((size_t)count, sizeof(*commands));
    ratios = calloc((size_t)count, sizeof(*ratios));
    sorted = calloc((size_t)runs, sizeof(*sorted));
    for (int i = 0; i < count; i++) {
        split(&commands[i], argv[i + floors + 1]);
        commands[i].wall = calloc((size_t)runs, sizeof(double));
        commands[i].cpu = calloc((size_t)runs, sizeof(double));
    }
    /* The first turn finds caches cold; the next one takes its place. */
    for (int i = -1; i < runs; i++)
        for (int j = 0; j < count; j++)
            run(&commands[j], i < 0 ? 0 : i);
    for (int j = 0; j < count; j++)
        for (int i = 0; i < 2 * floors; i++) {
            const struct command *floor = &commands[i / 2];

            divide(i % 2 ? commands[j].cpu : commands[j].wall, i % 2 ? floor->cpu : floor->wall,
                   sorted, (size_t)runs);
            for (int quarter = 1; quarter <= 3; quarter++)
                ratios[j][i / 2][i % 2][quarter - 1] =
                    quantile_of(sorted, (size_t)runs, quarter / 4.0);
        }
    printf("  median    p10    CPU");
    for (int i = 0; i < floors; i++)
        printf("  to %d quartiles  CPU", i + 1);
    printf(" faults   KiB\n");
    for (int j = 0; j < count; j++)
        print(&commands[j], ratios[j], floors, (size_t)runs);
    return 0;
}
