/* How many CPUs there are for us. */
#include "base/processors.h"

#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#define ROOT "/sys/fs/cgroup"

/* cpu.max of one cgroup: the microseconds of CPU time in a period, or "max" for no limit (Linux,
 * Documentation/admin-guide/cgroup-v2.rst). Returns CPUs, rounded up; UINT_MAX without a limit. */
static unsigned quota(const char *folder)
{
    char path[PATH_MAX + sizeof("/cpu.max")];
    unsigned long long time, period;
    unsigned count = UINT_MAX;
    FILE *file;

    snprintf(path, sizeof(path), "%s/cpu.max", folder);
    file = fopen(path, "re");
    if (!file)
        return UINT_MAX;
    if (fscanf(file, "%llu %llu", &time, &period) == 2 && period > 0 && time / period < INT_MAX)
        count = (unsigned)(time / period) + (time % period > 0);
    fclose(file);
    return count;
}

/* The folder of our cgroup, "" where that cannot be found. */
static void find_cgroup(char folder[PATH_MAX])
{
    char line[PATH_MAX];
    FILE *file = fopen("/proc/self/cgroup", "re");

    folder[0] = '\0';
    while (file && fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "0::/", 4) == 0 && strlen(line) < PATH_MAX - sizeof(ROOT))
            strcat(strcpy(folder, ROOT), line + 3);
    }
    if (file)
        fclose(file);
}

unsigned processors_count(void)
{
    char folder[PATH_MAX];
    unsigned count = 1;
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof(set), &set) == 0)
        count = (unsigned)CPU_COUNT(&set);
    find_cgroup(folder);
    while (strlen(folder) >= strlen(ROOT)) {
        const unsigned most = quota(folder);

        count = most < count ? most : count;
        *strrchr(folder, '/') = '\0';
    }
    return count ? count : 1;
}
