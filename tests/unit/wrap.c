/* Calls of the kernel that a test answers itself, by --wrap of the linker. */
#include "wrap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int (*wrap_ioctl)(int fd, unsigned long request, void *argument);
int (*wrap_access)(const char *path);
const char *wrap_kvm;

static int answered(int answer)
{
    if (answer >= 0)
        return answer;
    errno = -answer;
    return -1;
}

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
    va_list arguments;
    void *argument;

    va_start(arguments, request);
    argument = va_arg(arguments, void *);
    va_end(arguments);
    if (wrap_ioctl)
        return answered(wrap_ioctl(fd, request, argument));
    return __real_ioctl(fd, request, argument);
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    va_list arguments;
    mode_t mode;

    va_start(arguments, flags);
    mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return __real_open(wrap_kvm && strcmp(path, "/dev/kvm") == 0 ? wrap_kvm : path, flags, mode);
}

int __real_access(const char *path, int mode);
int __wrap_access(const char *path, int mode);
int __wrap_access(const char *path, int mode)
{
    return wrap_access ? answered(wrap_access(path)) : __real_access(path, mode);
}
