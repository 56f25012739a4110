/* Runs a set-uid program, to see whether it gets another user's identity. */
#include "sandbox/setuid_exec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "/usr/bin/id"
#define USER    65534

/* Fills the open file with the program and hands it over. */
static int fill(int to)
{
    int from = open(PROGRAM, O_RDONLY | O_CLOEXEC);
    struct stat status;
    int result = from < 0 || fstat(from, &status) < 0 ? errno : 0;

    while (result == 0 && status.st_size > 0) {
        ssize_t sent = sendfile(to, from, NULL, (size_t)status.st_size);

        if (sent <= 0)
            result = sent < 0 ? errno : EIO;
        else
            status.st_size -= sent;
    }
    if (result == 0 && (fchown(to, USER, (gid_t)-1) < 0 || fchmod(to, 04755) < 0))
        result = errno;
    if (from >= 0)
        close(from);
    return result;
}

/* Runs it as `id -u`, which tells the effective user. */
static int run(const char *path)
{
    char answer[16] = "";
    int ends[2], status;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return errno;
    child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execl(path, "id", "-u", (char *)0);
        _exit(127);
    }
    close(ends[1]);
    if (read(ends[0], answer, sizeof(answer) - 1) < 0)
        answer[0] = '\0';
    close(ends[0]);
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        return EIO;
    return atoi(answer) == USER ? 0 : EPERM;
}

int setuid_exec(void)
{
    char path[] = "/tmp/babyvisor-set-uid-XXXXXX";
    int fd = mkostemp(path, O_CLOEXEC);
    int result;

    if (fd < 0)
        return errno;
    result = fill(fd);
    close(fd);
    if (result == 0)
        result = run(path);
    unlink(path);
    return result;
}
