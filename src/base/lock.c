/* A file that one batch at a time may write to, also when that one has been killed. */
#include "base/lock.h"

#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>

#define WAIT_NS  5000000000u
#define PAUSE_NS 10000000

int lock_take(int fd, const char *path, struct error *error)
{
    const struct timespec pause = {.tv_nsec = PAUSE_NS};
    char name[256];

    for (unsigned long waited = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; waited += PAUSE_NS) {
        const int code = errno;

        error_escape(name, sizeof(name), path, strlen(path));
        if (code != EWOULDBLOCK && code != EINTR)
            return error_set(error, STATUS_IO, code, "%s: cannot lock it: %s", name,
                             strerror(code));
        if (waited >= WAIT_NS)
            return error_set(error, STATUS_TEMPORARY, EWOULDBLOCK,
                             "%s: another process writes to it; wait for its end, or name another "
                             "file",
                             name);
        nanosleep(&pause, NULL);
    }
    return 0;
}
