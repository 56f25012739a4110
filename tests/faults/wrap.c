/* Calls of the kernel and of the C library that fail when asked to. */
#include "faults/wrap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Shared with the processes that a command forks, whose calls count as its own. */
static struct {
    unsigned long left;
    const char *failed;
} * shared;

void *__real_mmap(void *at, size_t size, int prot, int flags, int fd, off_t o);

void wrap_fail(unsigned long count)
{
    if (!shared)
        shared = __real_mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        exit(99);
    if (count)
        shared->failed = NULL;
    __atomic_store_n(&shared->left, count, __ATOMIC_SEQ_CST);
}

const char *wrap_failed(void)
{
    return shared->failed;
}

static bool fails(const char *name, int code)
{
    unsigned long left = shared ? __atomic_load_n(&shared->left, __ATOMIC_SEQ_CST) : 0;

    while (left > 0 && !__atomic_compare_exchange_n(&shared->left, &left, left - 1, false,
                                                    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        continue;
    if (left != 1)
        return false;
    shared->failed = name;
    errno = code;
    return true;
}

/* A function that fails by returning value and setting errno to code. */
#define WRAP(type, name, value, code, parameters, arguments)                                       \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return fails(#name, code) ? (value) : __real_##name arguments;                             \
    }

WRAP(void *, malloc, NULL, ENOMEM, (size_t size), (size))
WRAP(void *, calloc, NULL, ENOMEM, (size_t count, size_t size), (count, size))
WRAP(void *, realloc, NULL, ENOMEM, (void *old, size_t size), (old, size))
WRAP(char *, strdup, NULL, ENOMEM, (const char *text), (text))
WRAP(void *, mmap, MAP_FAILED, ENOMEM,
     (void *at, size_t size, int prot, int flags, int fd, off_t o), (at, size, prot, flags, fd, o))
WRAP(int, mprotect, -1, ENOMEM, (void *at, size_t size, int prot), (at, size, prot))
WRAP(int, madvise, -1, ENOMEM, (void *at, size_t size, int advice), (at, size, advice))
WRAP(int, memfd_create, -1, EMFILE, (const char *name, unsigned flags), (name, flags))
WRAP(int, ftruncate, -1, EIO, (int fd, off_t size), (fd, size))
WRAP(ssize_t, read, -1, EIO, (int fd, void *to, size_t size), (fd, to, size))
WRAP(ssize_t, pread, -1, EIO, (int fd, void *to, size_t size, off_t at), (fd, to, size, at))
WRAP(int, timer_create, -1, EAGAIN, (clockid_t clock, struct sigevent *event, timer_t *timer),
     (clock, event, timer))
WRAP(int, timer_settime, -1, EINVAL,
     (timer_t timer, int flags, const struct itimerspec *when, struct itimerspec *before),
     (timer, flags, when, before))
WRAP(int, sigaction, -1, EINVAL,
     (int number, const struct sigaction *action, struct sigaction *before),
     (number, action, before))
WRAP(int, socketpair, -1, EMFILE, (int domain, int type, int protocol, int ends[2]),
     (domain, type, protocol, ends))
WRAP(int, fchdir, -1, EACCES, (int fd), (fd))
WRAP(int, dup2, -1, EMFILE, (int from, int to), (from, to))
WRAP(pid_t, fork, -1, EAGAIN, (void), ())
WRAP(ssize_t, sendmsg, -1, ENOBUFS, (int fd, const struct msghdr *message, int flags),
     (fd, message, flags))
WRAP(ssize_t, recvmsg, -1, ENOMEM, (int fd, struct msghdr *message, int flags),
     (fd, message, flags))
WRAP(ssize_t, send, -1, ENOBUFS, (int fd, const void *from, size_t size, int flags),
     (fd, from, size, flags))
WRAP(ssize_t, getrandom, -1, ENOSYS, (void *to, size_t size, unsigned flags), (to, size, flags))
WRAP(int, fstat, -1, EIO, (int fd, struct stat *status), (fd, status))
WRAP(int, fcntl, -1, EIO, (int fd, int command, long argument), (fd, command, argument))
WRAP(int, fchown, -1, EPERM, (int fd, uid_t user, gid_t group), (fd, user, group))
WRAP(int, fchmod, -1, EPERM, (int fd, mode_t mode), (fd, mode))
WRAP(FILE *, fdopen, NULL, ENOMEM, (int fd, const char *mode), (fd, mode))
WRAP(int, rename, -1, EACCES, (const char *from, const char *to), (from, to))
WRAP(int, eventfd, -1, EMFILE, (unsigned value, int flags), (value, flags))
WRAP(int, access, -1, EACCES, (const char *path, int mode), (path, mode))
WRAP(int, stat, -1, EACCES, (const char *path, struct stat *status), (path, status))

/* What the compiler may call in their place where _FORTIFY_SOURCE is defined. */
WRAP(int, __open_2, -1, EMFILE, (const char *path, int flags), (path, flags))
WRAP(ssize_t, __read_chk, -1, EIO, (int fd, void *to, size_t size, size_t room),
     (fd, to, size, room))
WRAP(ssize_t, __pread_chk, -1, EIO, (int fd, void *to, size_t size, off_t at, size_t room),
     (fd, to, size, at, room))

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    return fails("open", EMFILE) ? -1 : __real_open(path, flags);
}

int __real_openat(int directory, const char *path, int flags, ...);
int __wrap_openat(int directory, const char *path, int flags, ...);
int __wrap_openat(int directory, const char *path, int flags, ...)
{
    va_list arguments;
    unsigned mode = 0;

    va_start(arguments, flags);
    if (flags & O_CREAT)
        mode = va_arg(arguments, unsigned);
    va_end(arguments);
    return fails("openat", ENOSPC) ? -1 : __real_openat(directory, path, flags, mode);
}

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
    static char name[32];
    va_list arguments;
    void *argument;

    va_start(arguments, request);
    argument = va_arg(arguments, void *);
    va_end(arguments);
    if (shared && shared->left == 1)
        snprintf(name, sizeof(name), "ioctl 0x%lx", request);
    return fails(name, EFAULT) ? -1 : __real_ioctl(fd, request, argument);
}

int __real_fclose(FILE *stream);
int __wrap_fclose(FILE *stream);
int __wrap_fclose(FILE *stream)
{
    const bool failing = fails("fclose", ENOSPC);
    const int result = __real_fclose(stream);

    if (failing)
        errno = ENOSPC;
    return failing ? EOF : result;
}
