/* A program's text, from a file, standard input or memory, read into a store. */
#include "ssem/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "embedded.h"
#include "ssem/bits.h"

/* Reads fd to its end, but PROGRAM_MAX + 1 bytes at most, into text; returns the number of bytes or
 * -errno. */
static ssize_t read_text(int fd, char text[PROGRAM_MAX + 1])
{
    size_t used = 0;

    while (used < PROGRAM_MAX + 1) {
        ssize_t got = read(fd, text + used, PROGRAM_MAX + 1 - used);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0)
            break;
        used += (size_t)got;
    }
    return (ssize_t)used;
}

static int open_input(const char *path, const char *name, struct error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd >= 0)
        return fd;
    if (errno == ENOENT || errno == ENOTDIR)
        return error_set(error, STATUS_NO_INPUT, errno, "%s: there is no such file", name);
    if (errno == EACCES || errno == EPERM)
        return error_set(error, STATUS_PERMISSION, errno, "%s: no permission to read it", name);
    return error_set(error, STATUS_NO_INPUT, errno, "%s: cannot open: %s", name, strerror(errno));
}

int program_parse(struct program *program, const char *name, const char *text, size_t length,
                  struct error *error)
{
    memset(&program->machine, 0, sizeof(program->machine));
    snprintf(program->name, sizeof(program->name), "%s", name);
    if (length > PROGRAM_MAX)
        return error_set(error, STATUS_DATA, EFBIG,
                         "%s: longer than %d bytes: this is no SSEM program", name, PROGRAM_MAX);
    return bits_read(program->machine.store, name, text, length, error);
}

int program_read(struct program *program, const char *path, struct error *error)
{
    if (!path)
        return program_parse(program, "the 1948 program", embedded_first,
                             (size_t)(embedded_first_end - embedded_first), error);

    bool standard_input = strcmp(path, "-") == 0;
    char name[sizeof(program->name)];

    error_escape(name, sizeof(name), standard_input ? "standard input" : path,
                 strlen(standard_input ? "standard input" : path));

    int fd = standard_input ? STDIN_FILENO : open_input(path, name, error);

    if (fd < 0)
        return fd;

    char *text = malloc(PROGRAM_MAX + 1);
    ssize_t length = text ? read_text(fd, text) : -ENOMEM;
    int result;

    if (length == -EISDIR)
        result = error_set(error, STATUS_NO_INPUT, EISDIR, "%s: is a directory", name);
    else if (length == -EBADF)
        result = error_set(error, STATUS_NO_INPUT, EBADF, "%s: is closed", name);
    else if (length < 0)
        result = error_set(error, STATUS_IO, (int)-length, "%s: cannot read: %s", name,
                           strerror((int)-length));
    else
        result = program_parse(program, name, text, (size_t)length, error);
    free(text);
    if (!standard_input)
        close(fd);
    return result;
}
