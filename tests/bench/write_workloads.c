/* Writes the workloads as program files into a directory and prints their paths, one per line. */
#include <stdio.h>
#include <string.h>

#include "ssem/bits.h"
#include "workloads.h"

/* A file name from a workload's name: spaces and signs become dashes. */
static void file_name(const char *directory, const char *name, char *out, size_t size)
{
    size_t at = (size_t)snprintf(out, size, "%s/", directory);

    for (; *name && at + 6 < size; name++)
        out[at++] = strchr(" ^'", *name) ? '-' : *name;
    memcpy(out + at, ".bits", 6);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: write_workloads DIRECTORY\n");
        return 64;
    }
    for (unsigned i = 0; i < workload_count; i++) {
        char path[4096], bits[33];
        FILE *file;

        /* The format carries the store alone. */
        if (workloads[i].start.a || workloads[i].start.ci)
            continue;
        file_name(argv[1], workloads[i].name, path, sizeof(path));
        file = fopen(path, "w");
        if (!file) {
            perror(path);
            return 74;
        }
        for (unsigned line = 0; line < ABI_LINES; line++) {
            bits_text(workloads[i].start.store[line], bits);
            fprintf(file, "%s\n", bits);
        }
        if (fclose(file) != 0) {
            perror(path);
            return 74;
        }
        puts(path);
    }
    return 0;
}
