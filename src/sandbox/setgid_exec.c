/* Runs a set-group-ID program, to see whether it gains another group. */
#include "sandbox/setgid_exec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM     "/usr/bin/id"
#define GROUP       65534
#define GROUPS_MOST 64

/* A group that a file of ours can be given and that is not ours already; -1: there is none. */
static gid_t other_group(void)
{
    gid_t groups[GROUPS_MOST];
    const int count = getgroups(GROUPS_MOST, groups);

    if (geteuid() == 0 && getegid() != GROUP)
        return GROUP;
    for (int i = 0; i < count; i++)
        if (groups[i] != getegid())
            return groups[i];
    return (gid_t)-1;
}

/* Fills the open file with the program. */
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
    if (from >= 0)
        close(from);
    return result;
}

/* Makes the copy; *copy is open for reading alone, since a file that is open for writing cannot be
 * executed. */
static int make(gid_t group, int *copy)
{
    const char *directory = getenv("TMPDIR");
    char path[32];
    int result;
    int fd = open(directory && directory[0] ? directory : "/tmp",
                  O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0)
        return errno;
    result = fill(fd);
    if (result == 0 && (fchown(fd, (uid_t)-1, group) < 0 || fchmod(fd, 02710) < 0))
        result = errno;
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    *copy = result == 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (result == 0 && *copy < 0)
        result = errno;
    close(fd);
    return result;
}

/* Runs it as `id -g`, which prints the effective group. */
static int run(int copy, gid_t group)
{
    char name[] = "id", option[] = "-g", answer[16] = "";
    char *const arguments[] = {name, option, NULL};
    char *const environment[] = {NULL};
    int ends[2], status;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return errno;
    child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        fexecve(copy, arguments, environment);
        _exit(127);
    }
    close(ends[1]);
    if (read(ends[0], answer, sizeof(answer) - 1) < 0)
        answer[0] = '\0';
    close(ends[0]);
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        return EIO;
    return strtoul(answer, NULL, 10) == group ? 0 : EPERM;
}

int setgid_exec(void)
{
    const gid_t group = other_group();
    int copy = -1, result;

    if (group == (gid_t)-1)
        return EPERM;
    result = make(group, &copy);
    if (result != 0)
        return result;
    result = run(copy, group);
    close(copy);
    return result;
}
