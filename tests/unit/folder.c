/* A folder of its own for a test that writes files. */
#include "unit/folder.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/babyvisor.XXXXXX";

struct error folder_error;

void folder_make(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chmod(folder, 0755), 0);
    ck_assert_int_eq(chdir(folder), 0);
    umask(022);
}

void folder_remove(void)
{
    ck_assert(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
    folder_sh("! ls -A | grep babyvisor");
    folder_sh("rm -rf \"$PWD\"");
}

void folder_sh(const char *command)
{
    ck_assert_msg(system(command) == 0, "%s", command);
}

void folder_put(struct output *output, const char *text)
{
    ck_assert(fputs(text, output->stream) >= 0);
}

void folder_check(const char *path, const char *expected)
{
    char text[256] = "";
    int fd = open(path, O_RDONLY);

    ck_assert_msg(fd >= 0 && read(fd, text, sizeof(text) - 1) >= 0, "%s", path);
    close(fd);
    ck_assert_str_eq(text, expected);
}

int folder_write(const char *path, const char *text)
{
    struct output output;
    int result = output_open(&output, path, &folder_error);

    if (result < 0)
        return result;
    folder_put(&output, text);
    return output_commit(&output, &folder_error);
}

void folder_written(const char *path, const char *text)
{
    ck_assert_msg(folder_write(path, text) == 0, "%s", folder_error.text);
}

void folder_refused(const char *path, int code, enum status status)
{
    folder_error.text[0] = '\0';
    ck_assert_int_eq(folder_write(path, "x"), -code);
    ck_assert_int_eq(folder_error.status, status);
    ck_assert(folder_error.text[0] && !strchr(folder_error.text, '\n'));
}

struct stat folder_status(const char *path)
{
    struct stat status;

    ck_assert_int_eq(lstat(path, &status), 0);
    return status;
}

void folder_empty(void)
{
    for (int i = 0; i < 10000; i++) {
        if (rmdir(folder) == 0) {
            ck_assert_int_eq(mkdir(folder, 0755), 0);
            ck_assert_int_eq(chdir(folder), 0);
            return;
        }
        usleep(1000);
    }
    ck_abort_msg("a file is left in %s", folder);
}
