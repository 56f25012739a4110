/* Writes a file whole or not at all: into a temporary file beside it, then renamed. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int failed(struct error *error, const char *path, int code)
{
    char name[256];

    error_escape(name, sizeof(name), path, strlen(path));
    return error_set(error, code == EACCES || code == EPERM ? STATUS_PERMISSION : STATUS_IO, code,
                     "%s: cannot write it: %s", name, strerror(code));
}

static void release(struct output *output)
{
    free(output->temporary);
    free(output->path);
    *output = (struct output){0};
}

static int open_temporary(struct output *output)
{
    mode_t mask = umask(0);
    int fd;

    umask(mask);
    if (asprintf(&output->temporary, "%s.XXXXXX", output->path) < 0) {
        output->temporary = NULL;
        errno = ENOMEM;
        return -1;
    }
    fd = mkostemp(output->temporary, O_CLOEXEC);
    if (fd >= 0)
        fchmod(fd, 0666 & ~mask);
    return fd;
}

int output_open(struct output *output, const char *path, struct error *error)
{
    struct stat status;
    int fd, code;

    *output = (struct output){.path = strdup(path)};
    if (!output->path)
        return failed(error, path, ENOMEM);
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    else
        fd = open_temporary(output);
    code = errno;
    output->stream = fd < 0 ? NULL : fdopen(fd, "w");
    if (output->stream)
        return 0;
    if (fd >= 0) {
        code = errno;
        close(fd);
        if (output->temporary)
            unlink(output->temporary);
    }
    release(output);
    return failed(error, path, code);
}

int output_commit(struct output *output, struct error *error)
{
    int code = ferror(output->stream) ? EIO : 0;

    errno = 0;
    if (fclose(output->stream) != 0)
        code = errno ? errno : EIO;
    output->stream = NULL;
    if (code == 0 && output->temporary && rename(output->temporary, output->path) < 0)
        code = errno;
    if (code == 0) {
        release(output);
        return 0;
    }
    if (output->temporary)
        unlink(output->temporary);
    failed(error, output->path, code);
    release(output);
    return -code;
}

void output_abandon(struct output *output)
{
    fclose(output->stream);
    if (output->temporary)
        unlink(output->temporary);
    release(output);
}
