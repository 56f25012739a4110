/* Reads a whole file, or standard input, up to a length that bounds memory and time. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_standard_input(const char *path)
{
    return strcmp(path, "-") == 0;
}

const char *file_name(const char *path, char *out, size_t size)
{
    const char *name = is_standard_input(path) ? "standard input" : *path ? path : "\"\"";

    return error_escape(out, size, name, strlen(name));
}

int file_open(const char *path, struct error *error)
{
    char name[256];

    if (is_standard_input(path))
        return STDIN_FILENO;

    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int code = errno;

    if (fd >= 0)
        return fd;
    file_name(path, name, sizeof(name));
    if (code == ENOENT || code == ENOTDIR)
        return error_set(error, STATUS_NO_INPUT, code, "%s: no such file", name);
    if (code == EACCES || code == EPERM)
        return error_set(error, STATUS_PERMISSION, code, "%s: no permission to read it", name);
    return error_set(error, STATUS_NO_INPUT, code, "%s: cannot open it: %s", name, strerror(code));
}

/* Reads fd to its end, or until more than max bytes are there; grows file->bytes as needed. */
static int read_all(struct file *file, int fd, size_t max)
{
    size_t room = 0;

    while (file->length <= max) {
        if (file->length == room) {
            size_t wanted = room ? 2 * room : 16 * 1024;
            char *bytes = realloc(file->bytes, wanted);

            if (!bytes)
                return -ENOMEM;
            file->bytes = bytes;
            room = wanted;
        }

        ssize_t got = read(fd, file->bytes + file->length, room - file->length);

        if (got < 0)
            return -errno;
        if (got == 0)
            return 0;
        file->length += (size_t)got;
    }
    return -EFBIG;
}

int file_read(struct file *file, const char *path, size_t max, struct error *error)
{
    char name[256];
    int fd = file_open(path, error);
    int result;

    if (fd < 0)
        return fd;
    file_name(path, name, sizeof(name));
    *file = (struct file){0};
    result = read_all(file, fd, max);
    if (fd != STDIN_FILENO)
        close(fd);
    if (result == 0)
        return 0;
    free(file->bytes);
    file->bytes = NULL;
    switch (-result) {
    case EFBIG:
        return error_set(error, STATUS_DATA, EFBIG, "%s: larger than %zu bytes, which is too large",
                         name, max);
    case EISDIR:
        return error_set(error, STATUS_NO_INPUT, EISDIR, "%s: is a directory", name);
    case EBADF:
        return error_set(error, STATUS_NO_INPUT, EBADF, "%s: is closed", name);
    default:
        return error_set(error, STATUS_IO, -result, "%s: cannot read it: %s", name,
                         strerror(-result));
    }
}
