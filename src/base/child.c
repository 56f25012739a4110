/* Another program, run to its end: what it prints, when, and how it ended. */
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

#define NOT_RUN 127

enum { OUT, ERRORS, STREAMS };

/* The child after the fork: only calls that are safe there. What is ours is close-on-exec anyway;
 * what we have inherited is made so, by kernels that can (5.11). */
static _Noreturn void become(char *const argv[], const int *keep, int out, int errors, pid_t parent)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || null < 0 || dup2(null, STDIN_FILENO) < 0 ||
        dup2(out, STDOUT_FILENO) < 0 || dup2(errors, STDERR_FILENO) < 0)
        _exit(NOT_RUN);
    syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    for (; *keep >= 0; keep++)
        fcntl(*keep, F_SETFD, 0);
    execv(argv[0], argv);
    _exit(NOT_RUN);
}

static void note_lines(struct child *child, uint64_t now)
{
    const char *newline = memchr(child->text, '\n', child->length);

    if (!newline)
        return;
    if (!child->first_line)
        child->first_line = now;
    if (!child->second_line && newline + 1 < child->text + child->length)
        child->second_line = now;
}

/* Takes what there is to read; false at the end of the stream. */
static bool take(struct child *child, int stream, int fd, struct error *error, int *result)
{
    char bytes[256];
    const ssize_t got = read(fd, bytes, sizeof(bytes));
    size_t size = got > 0 ? (size_t)got : 0;

    if (got < 0 && errno == EINTR)
        return true;
    if (got < 0)
        *result = error_system(error, "reading from a pipe");
    if (stream == ERRORS) {
        if (size > sizeof(child->errors) - child->errors_length)
            size = sizeof(child->errors) - child->errors_length;
        memcpy(child->errors + child->errors_length, bytes, size);
        child->errors_length += size;
    } else if (size > sizeof(child->text) - child->length) {
        *result = error_set(error, STATUS_SYSTEM, EMSGSIZE, "the program prints more than %d bytes",
                            CHILD_TEXT_MAX);
    } else {
        memcpy(child->text + child->length, bytes, size);
        child->length += size;
        note_lines(child, clock_now());
    }
    return got > 0;
}

static int out_of_time(const char *path, double seconds, struct error *error)
{
    char shown[128];

    return error_set(error, STATUS_TIMEOUT, ETIME,
                     "%s runs longer than the time limit of %g s; give a --limit",
                     error_escape(shown, sizeof(shown), path, strlen(path)), seconds);
}

/* Milliseconds until then, rounded up; 0 if that is past. */
static int left(uint64_t deadline)
{
    const uint64_t now = clock_now();
    const uint64_t most = 1000 * 1000;

    if (now >= deadline)
        return 0;
    return (int)((deadline - now) / 1000000 < most ? (deadline - now) / 1000000 + 1 : most);
}

/* Reads both streams to their ends. */
static int collect(struct child *child, const int *fds, uint64_t deadline, struct error *error)
{
    struct pollfd polls[STREAMS] = {{fds[OUT], POLLIN, 0}, {fds[ERRORS], POLLIN, 0}};
    int result = 0;

    while (result == 0 && (polls[OUT].fd >= 0 || polls[ERRORS].fd >= 0)) {
        if (left(deadline) == 0)
            return -ETIME;
        if (poll(polls, STREAMS, left(deadline)) < 0) {
            if (errno != EINTR)
                return error_system(error, "poll");
            continue;
        }
        for (int i = 0; i < STREAMS && result == 0; i++)
            if (polls[i].fd >= 0 && polls[i].revents && !take(child, i, fds[i], error, &result))
                polls[i].fd = -1;
    }
    return result;
}

/* Waits for the end of the process, which has closed its streams. */
static int reap(pid_t pid, int *status, uint64_t deadline, struct error *error)
{
    for (;;) {
        const pid_t got = waitpid(pid, status, WNOHANG);

        if (got == pid)
            return 0;
        if (got < 0 && errno != EINTR)
            return error_system(error, "waitpid");
        if (left(deadline) == 0)
            return -ETIME;
        poll(NULL, 0, 1);
    }
}

/* Starts the program; returns its process id, which is above 0, or -errno with text and status. */
static pid_t start(char *const argv[], const int *keep, int *fds, struct error *error)
{
    const pid_t parent = getpid();
    int out[2], errors[2];
    pid_t pid;

    if (pipe2(out, O_CLOEXEC) < 0)
        return error_system(error, "pipe");
    if (pipe2(errors, O_CLOEXEC) < 0) {
        pid = error_system(error, "pipe");
        close(out[0]);
        close(out[1]);
        return pid;
    }
    pid = fork();
    if (pid == 0)
        become(argv, keep, out[1], errors[1], parent);
    if (pid < 0) {
        pid = error_system(error, "fork");
        close(out[0]);
        close(errors[0]);
    }
    close(out[1]);
    close(errors[1]);
    fds[OUT] = out[0];
    fds[ERRORS] = errors[0];
    return pid;
}

int child_run(struct child *child, char *const argv[], const int *keep, double seconds,
              struct error *error)
{
    const uint64_t now = clock_now();
    const uint64_t deadline = now + (uint64_t)(seconds * 1e9);
    int fds[STREAMS] = {-1, -1};
    pid_t pid;
    int result;

    *child = (struct child){.started = now};
    signal(SIGCHLD, SIG_DFL); /* inherited as ignored, it would leave nothing to wait for */
    pid = start(argv, keep, fds, error);
    if (pid < 0)
        return pid;
    result = collect(child, fds, deadline, error);
    if (result == 0)
        result = reap(pid, &child->status, deadline, error);
    if (result < 0) {
        kill(pid, SIGKILL);
        while (waitpid(pid, &child->status, 0) < 0 && errno == EINTR)
            ;
    }
    close(fds[OUT]);
    close(fds[ERRORS]);
    return result == -ETIME ? out_of_time(argv[0], seconds, error) : result;
}
