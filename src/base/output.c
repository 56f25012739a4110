/* Writes a file whole or not at all: into a temporary file beside it, then renamed. */
#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/temporary.h"

static int failed(struct error *error, const char *path, int code)
{
    char name[256];

    error_escape(name, sizeof(name), path, strlen(path));
    return error_set(error, code == EACCES || code == EPERM ? STATUS_PERMISSION : STATUS_IO, code,
                     "%s: cannot write it: %s", name, strerror(code));
}

static void release(struct output *output)
{
    free(output->path);
    *output = (struct output){0};
}

static int open_file(struct output *output)
{
    struct stat status;
    int fd;

    if (stat(output->path, &status) < 0 || S_ISREG(status.st_mode))
        return temporary_create(output->path, &output->temporary);
    fd = open(output->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    return fd < 0 ? -errno : fd;
}

int output_open(struct output *output, const char *path, struct error *error)
{
    int fd, code;

    *output = (struct output){.path = strdup(path)};
    if (!output->path)
        return failed(error, path, ENOMEM);
    fd = open_file(output);
    output->stream = fd < 0 ? NULL : fdopen(fd, "w");
    if (output->stream)
        return 0;
    code = fd < 0 ? -fd : errno;
    if (fd >= 0) {
        close(fd);
        if (output->temporary)
            temporary_drop(output->temporary);
    }
    release(output);
    return failed(error, path, code);
}

void output_check(struct output *output)
{
    if (!output->code && ferror(output->stream))
        output->code = errno ? errno : EIO;
}

int output_commit(struct output *output, struct error *error)
{
    int code;

    if (fflush(output->stream) != 0 || ferror(output->stream))
        output_check(output);
    code = output->code;
    if (fclose(output->stream) != 0 && !code)
        code = errno;
    if (output->temporary && code)
        temporary_drop(output->temporary);
    else if (output->temporary)
        code = -temporary_keep(output->temporary, output->path);
    if (code)
        failed(error, output->path, code);
    release(output);
    return -code;
}

void output_abandon(struct output *output)
{
    fclose(output->stream);
    if (output->temporary)
        temporary_drop(output->temporary);
    release(output);
}
