/* The process that forks the workers of a pool and sees them die. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/coverage.h"
#include "base/descriptors.h"
#include "pool/shared.h"

static pid_t processes[POOL_WORKERS]; /* 0 for a worker that is dead */

static _Noreturn void end(const struct pool *pool)
{
    for (unsigned i = 0; i < pool->workers; i++)
        if (processes[i])
            kill(processes[i], SIGKILL);
    while (wait(NULL) > 0 || errno == EINTR)
        ;
    coverage_write();
    _exit(0);
}

static void begin_worker(struct pool *pool, unsigned number)
{
    const pid_t parent = getpid();
    pid_t process = fork();

    if (process == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(0);
        worker_run(pool, number);
    }
    if (process < 0) {
        const struct pool_message message = {number, ENOMEM};

        if (write(pool->nursery, &message, sizeof(message)) < 0)
            end(pool);
        return;
    }
    processes[number] = process;
}

static void report_deaths(const struct pool *pool)
{
    struct pool_message message;
    pid_t process;
    int status;

    while ((process = waitpid(-1, &status, WNOHANG)) > 0)
        for (unsigned i = 0; i < pool->workers; i++)
            if (processes[i] == process) {
                processes[i] = 0;
                message = (struct pool_message){i, status};
                if (write(pool->nursery, &message, sizeof(message)) < 0)
                    end(pool);
            }
}

static _Noreturn void nurse(struct pool *pool, const sigset_t *child)
{
    int keep[POOL_WORKERS + 2];
    struct pollfd polls[2];
    int null;

    for (unsigned i = 0; i < pool->workers; i++)
        keep[i] = pool->wake[i];
    keep[pool->workers] = pool->done;
    keep[pool->workers + 1] = pool->nursery;
    descriptors_keep(keep, pool->workers + 2);
    null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
        _exit(1);
    close(null);
    polls[0] = (struct pollfd){pool->nursery, POLLIN, 0};
    polls[1] = (struct pollfd){signalfd(-1, child, SFD_CLOEXEC | SFD_NONBLOCK), POLLIN, 0};
    if (polls[1].fd < 0)
        _exit(1);
    for (unsigned i = 0; i < pool->workers; i++)
        begin_worker(pool, i);
    for (;;) {
        struct signalfd_siginfo signals;
        struct pool_message message;

        if (poll(polls, 2, -1) < 0)
            continue;
        /* Taken off before the deaths are counted, so that none is missed. */
        while (read(polls[1].fd, &signals, sizeof(signals)) > 0)
            ;
        report_deaths(pool);
        if (!polls[0].revents)
            continue;
        if (read(pool->nursery, &message, sizeof(message)) != sizeof(message) ||
            message.worker >= pool->workers)
            end(pool);
        if (!processes[message.worker])
            begin_worker(pool, message.worker);
    }
}

int nursery_start(struct pool *pool, struct error *error)
{
    const pid_t parent = getpid();
    int ends[2];
    sigset_t child, before;
    pid_t process;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return error_system(error, "socketpair");
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &before);
    process = fork();
    if (process == 0) {
        signal(SIGCHLD, SIG_DFL); /* ignored, it would leave nothing to wait for */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(0);
        pool->nursery = ends[1];
        nurse(pool, &child);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    pool->nursery = ends[0];
    pool->process = process;
    if (process < 0) {
        close(ends[0]);
        pool->nursery = -1;
        return error_system(error, "fork");
    }
    return 0;
}
