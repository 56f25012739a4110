/* Times whole processes in turn: startup RUNS COMMAND... prints the median of each and its ratio to
 * the first; a command's words are separated by single spaces. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#define WORDS 16

extern char **environ;

struct command {
    const char *text;
    char *words[WORDS + 1];
    double *microseconds;
    long resident; /* KiB, largest over the runs */
};

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
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
static double run(struct command *command)
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
    posix_spawn_file_actions_destroy(&actions);
    if (usage.ru_maxrss > command->resident)
        command->resident = usage.ru_maxrss;
    return now() - start;
}

int main(int argc, char **argv)
{
    int runs = argc > 2 ? atoi(argv[1]) : 0;
    int count = argc - 2;
    struct command *commands;

    if (runs < 1) {
        fprintf(stderr, "usage: startup RUNS COMMAND...\n");
        return 64;
    }
    commands = calloc((size_t)count, sizeof(*commands));
    for (int i = 0; i < count; i++) {
        split(&commands[i], argv[i + 2]);
        commands[i].microseconds = calloc((size_t)runs, sizeof(double));
    }
    for (int i = -1; i < runs; i++)
        for (int j = 0; j < count; j++) {
            double took = run(&commands[j]);

            if (i >= 0)
                commands[j].microseconds[i] = took;
        }
    printf("%-40s %10s %8s %10s %10s\n", "whole process", "median us", "ratio", "min us",
           "max KiB");
    for (int j = 0; j < count; j++) {
        double *times = commands[j].microseconds;

        qsort(times, (size_t)runs, sizeof(*times), compare);
        printf("%-40.40s %10.0f %8.2f %10.0f %10ld\n", commands[j].text, times[runs / 2],
               times[runs / 2] / commands[0].microseconds[runs / 2], times[0],
               commands[j].resident);
    }
    return 0;
}
