/* What this process holds: for tests that nothing is left behind. */
#include "faults/held.h"

#include <dirent.h>
#include <malloc.h>
#include <stdio.h>

static const char *const kinds[HELD_KINDS] = {"descriptors", "pages of address space", "timers",
                                              "bytes of the heap"};

static unsigned long count_entries(const char *path)
{
    unsigned long count = 0;
    DIR *directory = opendir(path);

    while (directory && readdir(directory))
        count++;
    if (directory)
        closedir(directory);
    return count;
}

static unsigned long count_lines(const char *path)
{
    unsigned long count = 0;
    FILE *file = fopen(path, "r");

    for (int c; file && (c = getc(file)) != EOF;)
        count += c == '\n';
    if (file)
        fclose(file);
    return count;
}

/* The first number in the file. */
static unsigned long read_number(const char *path)
{
    unsigned long number = 0;
    FILE *file = fopen(path, "r");

    if (file && fscanf(file, "%lu", &number) != 1)
        number = 0;
    if (file)
        fclose(file);
    return number;
}

void held_count(unsigned long held[HELD_KINDS], bool address_space)
{
    held[HELD_HEAP] = mallinfo2().uordblks;
    held[HELD_DESCRIPTORS] = count_entries("/proc/self/fd");
    held[HELD_PAGES] = address_space ? read_number("/proc/self/statm") : 0;
    held[HELD_TIMERS] = count_lines("/proc/self/timers");
}

bool held_grows(unsigned long held[HELD_ROUNDS][HELD_KINDS], const char *what)
{
    bool any = false;

    for (int kind = 0; kind < HELD_KINDS; kind++) {
        bool grows = true;

        for (int round = 1; round < HELD_ROUNDS; round++)
            grows = grows && held[round][kind] > held[round - 1][kind];
        if (grows)
            printf("# %s: %s: from %lu to %lu\n", what, kinds[kind], held[0][kind],
                   held[HELD_ROUNDS - 1][kind]);
        any = any || grows;
    }
    return any;
}
