/* Writes a file whole or not at all, once or again and again. */
#include "base/output.h"

#include <errno.h>
#include <signal.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What can fail. */
static const char writing[] = "cannot write it";
static const char starting[] = "cannot start the process that puts it in its place";
static const char making[] = "cannot make a file beside it";
static const char placing[] = "cannot put it in its place";

static enum status status_of(const char *what, int code)
{
    if (what == starting || code == ECHILD)
        return STATUS_SYSTEM;
    return code == EACCES || code == EPERM ? STATUS_PERMISSION : STATUS_IO;
}

static int failed(struct error *error, const char *path, const char *what, int code)
{
    const char *reason = code == ECHILD ? "the process that does so has ended" : strerror(code);
    const char *shown = strcmp(path, "-") == 0 ? "standard output" : path;
    char name[256];

    return error_set(error, status_of(what, code), code, "%s: %s: %s",
                     error_escape(name, sizeof(name), shown, strlen(shown)), what, reason);
}

static void release(struct output *output)
{
    free(output->path);
    *output = (struct output){0};
}

/* Returns a descriptor, and in *what, on error, what could not be done. */
static int open_target(struct output *output, const struct target *target, int held,
                       const char **what)
{
    int fd;

    if (target->kind != TARGET_FILE)
        return target_open(target);
    *what = starting;
    fd = committer_start(&output->committer, target, held);
    if (fd < 0)
        return fd;
    *what = making;
    return committer_open(&output->committer, target);
}

static int open_path(struct output *output, int held, const char **what)
{
    struct target target;
    int fd = target_find(&target, output->path);

    if (fd < 0)
        return fd;
    fd = open_target(output, &target, held, what);
    target_close(&target);
    return fd;
}

int output_find(const char *path, struct error *error)
{
    struct target target;
    const int result = target_find(&target, path);

    if (result < 0)
        return failed(error, path, writing, -result);
    target_close(&target);
    return 0;
}

int output_open_holding(struct output *output, const char *path, int held, struct error *error)
{
    const char *what = writing;
    int fd, code;

    *output = (struct output){.path = strdup(path)};
    if (!output->path)
        return failed(error, path, what, ENOMEM);
    signal(SIGXFSZ, SIG_IGN);
    fd = open_path(output, held, &what);
    output->stream = fd < 0 ? NULL : fdopen(fd, "w");
    if (output->stream)
        return 0;
    code = fd < 0 ? -fd : errno;
    if (fd >= 0)
        close(fd);
    committer_end(&output->committer);
    release(output);
    return failed(error, path, what, code);
}

int output_open(struct output *output, const char *path, struct error *error)
{
    return output_open_holding(output, path, -1, error);
}

void output_check(struct output *output)
{
    if (!output->code && ferror(output->stream))
        output->code = errno ? errno : EIO;
}

void output_confine(const struct output *output)
{
    if (output->committer.process)
        committer_confine(&output->committer);
}

/* Has the stream's buffer written; on error, also one before, it is dropped. Returns 0 or -errno.
 */
static int flush(struct output *output)
{
    int code;

    if (fflush(output->stream) != 0 || ferror(output->stream))
        output_check(output);
    code = output->code;
    __fpurge(output->stream);
    clearerr(output->stream);
    output->code = 0;
    return -code;
}

int output_publish(struct output *output, struct error *error)
{
    const int flushed = flush(output);
    int result = 0;

    if (output->committer.process && flushed == 0)
        result = committer_publish(&output->committer);
    else if (output->committer.process)
        committer_empty(&output->committer);
    if (flushed < 0)
        return failed(error, output->path, writing, -flushed);
    return result < 0 ? failed(error, output->path, placing, -result) : 0;
}

int output_commit(struct output *output, struct error *error)
{
    const char *what = writing;
    int result = flush(output);

    if (fclose(output->stream) != 0 && result == 0)
        result = -errno;
    if (output->committer.process && result == 0) {
        what = placing;
        result = committer_commit(&output->committer);
    }
    committer_end(&output->committer);
    if (result < 0)
        failed(error, output->path, what, -result);
    release(output);
    return result;
}

void output_abandon(struct output *output)
{
    fclose(output->stream);
    committer_end(&output->committer);
    release(output);
}
