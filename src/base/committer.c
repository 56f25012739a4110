/* A process that puts a file in its place, or removes it, whatever becomes of us. */
#include "base/committer.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/committer_filter.h"
#include "base/coverage.h"

/* What we send: one byte each, and the first with the file. The answer is an int, 0 or -errno. */
enum request {
    REQUEST_OPENED,  /* no answer */
    REQUEST_CONFINE, /* no answer */
    REQUEST_PUBLISH,
    REQUEST_EMPTY,
    REQUEST_COMMIT,
};

/* Its end of the channel, in its own process. */
#define OURS STDIN_FILENO

struct message {
    struct msghdr header;
    struct iovec data;
    unsigned char request;
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
};

static void prepare(struct message *message)
{
    *message = (struct message){.request = REQUEST_OPENED};
    message->data = (struct iovec){&message->request, sizeof(message->request)};
    message->header.msg_iov = &message->data;
    message->header.msg_iovlen = 1;
    message->header.msg_control = message->control.bytes;
    message->header.msg_controllen = sizeof(message->control.bytes);
}

static int send_file(int channel, int file)
{
    struct message message;

    prepare(&message);
    message.control.header = (struct cmsghdr){
        .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(&message.control.header), &file, sizeof(file));
    if (sendmsg(channel, &message.header, MSG_NOSIGNAL) >= 0)
        return 0;
    return errno == EPIPE ? -ECHILD : -errno;
}

/* Returns the file, or -1 if none has come. */
static int receive_file(void)
{
    struct message message;
    int file;

    prepare(&message);
    if (recvmsg(OURS, &message.header, MSG_CMSG_CLOEXEC) <= 0 || !CMSG_FIRSTHDR(&message.header))
        return -1;
    memcpy(&file, CMSG_DATA(&message.control.header), sizeof(file));
    return file;
}

/* What has been done cannot be undone, so that it must be heard of. */
static void answer(int result)
{
    while (send(OURS, &result, sizeof(result), MSG_NOSIGNAL) < 0 && errno == ENOBUFS)
        continue;
}

/* Serves requests until the file is in its place for good or we are gone; then there is no file.
 * kept is what became of its mode and owner, without which it does not go anywhere. */
static void serve(const struct place *place, int kept)
{
    unsigned char request;

    while (recv(OURS, &request, sizeof(request), 0) == sizeof(request)) {
        if (request == REQUEST_CONFINE && committer_filter_enter() < 0)
            break;
        if (request == REQUEST_PUBLISH)
            answer(place_publish(place));
        if (request == REQUEST_EMPTY)
            answer(place_empty(place));
        if (request == REQUEST_COMMIT && kept < 0)
            answer(kept);
        if (request == REQUEST_COMMIT && kept == 0) {
            answer(place_commit(place));
            return;
        }
    }
    place_remove(place);
}

/* Leaves our session, and closes all that is ours but what is held, so that a pipe or another
 * channel ends when we do. */
static bool settle(const struct target *target, int channel, int held)
{
    setsid();
    if (fchdir(target->directory) < 0 || dup2(held < 0 ? channel : held, STDERR_FILENO) < 0 ||
        dup2(channel, OURS) < 0 || dup2(OURS, STDOUT_FILENO) < 0)
        return false;
    closefrom(STDERR_FILENO + 1);
    return true;
}

/* Where that fails, as it should not: when the file is there, or will not be, it is removed. */
static _Noreturn void give_up(const struct committer *committer, const struct target *target,
                              int channel)
{
    unsigned char request;

    if (recv(channel, &request, sizeof(request), 0) > 0)
        unlinkat(target->directory, committer->work, 0);
    _exit(1);
}

/* What the process does, with all signals blocked. */
static _Noreturn void look_after(const struct committer *committer, const struct target *target,
                                 int channel, int held)
{
    struct place place = {.name = target->name};
    int kept = 0;

    if (!settle(target, channel, held))
        give_up(committer, target, channel);
    memcpy(place.work, committer->work, sizeof(place.work));
    place.folder = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (place.folder < 0)
        place.folder = -errno;
    place.file = receive_file();
    if (place.file >= 0 && target->exists)
        kept = place_keep(&place, &target->status);
    serve(&place, kept);
    coverage_write();
    _exit(0);
}

int committer_start(struct committer *committer, const struct target *target, int held)
{
    sigset_t all, before;
    int ends[2], result;

    *committer = (struct committer){0};
    result = place_invent(committer->work);
    if (result == 0 && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        result = -errno;
    if (result < 0)
        return result;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    committer->process = fork();
    result = committer->process < 0 ? -errno : 0;
    if (committer->process == 0) {
        close(ends[0]);
        look_after(committer, target, ends[1], held);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    committer->channel = ends[0];
    if (result < 0) {
        close(ends[0]);
        committer->process = 0;
    }
    return result;
}

int committer_open(const struct committer *committer, const struct target *target)
{
    const int file = place_create(target->directory, committer->work, target->exists);
    int result;

    if (file < 0)
        return file;
    result = send_file(committer->channel, file);
    if (result == 0)
        return file;
    unlinkat(target->directory, committer->work, 0);
    close(file);
    return result;
}

static int ask(const struct committer *committer, unsigned char request)
{
    int result;
    ssize_t got;

    if (send(committer->channel, &request, sizeof(request), MSG_NOSIGNAL) != sizeof(request))
        return errno == EPIPE ? -ECHILD : -errno;
    if (request == REQUEST_CONFINE)
        return 0;
    do
        got = recv(committer->channel, &result, sizeof(result), 0);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return errno == ECONNRESET ? -ECHILD : -errno;
    return got == sizeof(result) ? result : -ECHILD;
}

void committer_confine(const struct committer *committer)
{
    ask(committer, REQUEST_CONFINE);
}

int committer_commit(const struct committer *committer)
{
    return ask(committer, REQUEST_COMMIT);
}

int committer_publish(const struct committer *committer)
{
    return ask(committer, REQUEST_PUBLISH);
}

int committer_empty(const struct committer *committer)
{
    return ask(committer, REQUEST_EMPTY);
}

void committer_end(struct committer *committer)
{
    if (committer->process == 0)
        return;
    close(committer->channel);
    while (waitpid(committer->process, NULL, 0) < 0 && errno == EINTR)
        continue;
    committer->process = 0;
}
