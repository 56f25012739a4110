/* Which descriptors the process holds: those of its caller are closed at the start. */
#include "base/descriptors.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NAMED_MOST 16

/* Without close_range(2). Numbers are collected before any is closed, since closing changes what is
 * listed, and in passes. What cannot be closed is somebody else's: valgrind's. */
static void close_listed(int first, int last)
{
    size_t closed = 1;

    while (closed > 0) {
        int found[64];
        size_t count = 0;
        DIR *list = opendir("/proc/self/fd");
        struct dirent *entry;

        while (list && count < sizeof(found) / sizeof(found[0]) && (entry = readdir(list))) {
            const int fd = atoi(entry->d_name);

            if (isdigit((unsigned char)entry->d_name[0]) && fd >= first && fd <= last &&
                fd != dirfd(list))
                found[count++] = fd;
        }
        if (list)
            closedir(list);
        closed = 0;
        for (size_t i = 0; i < count; i++)
            closed += close(found[i]) == 0;
    }
}

static void close_all(int first, int last)
{
    if (first <= last && syscall(SYS_close_range, first, last, 0) < 0)
        close_listed(first, last);
}

void descriptors_keep(const int *keep, size_t count)
{
    int first = STDERR_FILENO + 1;

    for (;;) {
        int next = INT_MAX;

        for (size_t i = 0; i < count; i++)
            if (keep[i] >= first && keep[i] < next)
                next = keep[i];
        close_all(first, next - (next != INT_MAX));
        if (next == INT_MAX)
            return;
        first = next + 1;
    }
}

/* The descriptor that a word names as a file, or -1. */
static int named(const char *word)
{
    const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        const char *at = strstr(word, folders[i]);
        const long number = at ? strtol(at + strlen(folders[i]), NULL, 10) : -1;

        if (number >= 0 && number <= INT_MAX)
            return (int)number;
    }
    return -1;
}

void descriptors_begin(int argc, char *const *argv)
{
    int keep[NAMED_MOST];
    size_t count = 0;

    for (int i = 1; i < argc && count < NAMED_MOST; i++) {
        keep[count] = named(argv[i]);
        count += keep[count] > STDERR_FILENO;
    }
    descriptors_keep(keep, count);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}
