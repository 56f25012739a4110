/* Lines to another process and from it: by a Unix socket, or a command's standard streams. */
#include "base/channel.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

#define UNIX    "unix:"
#define NOT_RUN 127

#define LOOK_NS  (300 * 1000)
#define PIECE_MS 50 /* a signal may come just before poll(2) */

static int failed(struct error *error, const char *where, const char *what)
{
    const int code = errno;
    char shown[256];

    return error_set(error, STATUS_IO, code, "%s: %s: %s",
                     error_escape(shown, sizeof(shown), where, strlen(where)), what,
                     strerror(code));
}

static bool is_unix(const char *where)
{
    return strncmp(where, UNIX, strlen(UNIX)) == 0;
}

/* A socket and, in *address, where it is to lead; -errno with text. */
static int make_socket(const char *where, struct sockaddr_un *address, struct error *error)
{
    const char *path = where + strlen(UNIX);
    int fd;

    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (!*path || strlen(path) >= sizeof(address->sun_path))
        return error_set(error, STATUS_USAGE, EINVAL, "unix:PATH takes a path of 1 to %zu bytes",
                         sizeof(address->sun_path) - 1);
    memcpy(address->sun_path, path, strlen(path) + 1);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? failed(error, where, "cannot make a socket") : fd;
}

static bool is_over(const struct channel *channel)
{
    return channel->is_over && channel->is_over();
}

/* Makes a channel of a socket, connected or not yet. */
static int use(struct channel *channel, int fd, const char *where, double silence,
               struct error *error)
{
    double whole;
    const double part = modf(silence, &whole);
    const struct timeval limit = {.tv_sec = (time_t)whole, .tv_usec = 1 + (long)(part * 999998)};
    int result;

    *channel = (struct channel){.is_open = true, .in = fd, .out = fd, .silence = silence};
    signal(SIGPIPE, SIG_IGN);
    if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0)
        return 0;
    result = failed(error, where, "cannot limit how long is waited");
    channel_close(channel);
    return result;
}

static int connect_unix(struct channel *channel, const char *where, double silence,
                        struct error *error)
{
    struct sockaddr_un address;
    const int fd = make_socket(where, &address, error);
    int result = fd < 0 ? fd : use(channel, fd, where, silence, error);

    if (result < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
        return result;
    result = failed(error, where, "cannot connect");
    channel_close(channel);
    return result;
}

static int start(struct channel *channel, const char *command, double silence, struct error *error)
{
    int ends[2];
    pid_t process;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return failed(error, command, "cannot make a socket");
    process = fork();
    if (process == 0) {
        if (dup2(ends[1], STDIN_FILENO) < 0 || dup2(ends[1], STDOUT_FILENO) < 0)
            _exit(NOT_RUN);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(NOT_RUN);
    }
    close(ends[1]);
    if (process > 0)
        return use(channel, ends[0], command, silence, error);
    failed(error, command, "cannot start it");
    close(ends[0]);
    return -EIO;
}

int channel_connect(struct channel *channel, const char *where, double silence, struct error *error)
{
    return is_unix(where) ? connect_unix(channel, where, silence, error)
                          : start(channel, where, silence, error);
}

/* Whether there is a socket that no process has: who had it was ended before it could remove it.
 * Asked as for datagrams, which a listener refuses by EPROTOTYPE without hearing of it. */
static bool is_left(const struct sockaddr_un *address)
{
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct stat there;
    bool refused;

    if (fd < 0)
        return false;
    refused = connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 &&
              errno == ECONNREFUSED;
    close(fd);
    return refused && lstat(address->sun_path, &there) == 0 && S_ISSOCK(there.st_mode);
}

static int bind_unix(int listener, const struct sockaddr_un *address)
{
    const struct sockaddr *there = (const struct sockaddr *)address;
    const int result = bind(listener, there, sizeof(*address));

    if (result == 0 || errno != EADDRINUSE)
        return result;
    if (is_left(address) && unlink(address->sun_path) == 0)
        return bind(listener, there, sizeof(*address));
    errno = EADDRINUSE;
    return -1;
}

int channel_listen(struct channel *channel, const char *where, double silence, struct error *error)
{
    struct sockaddr_un address;
    int listener, fd = -1;

    if (strcmp(where, "-") == 0) {
        signal(SIGPIPE, SIG_IGN);
        *channel = (struct channel){
            .is_open = true, .in = STDIN_FILENO, .out = STDOUT_FILENO, .silence = silence};
        return 0;
    }
    if (!is_unix(where))
        return error_set(error, STATUS_USAGE, EINVAL, "name unix:PATH, or - for standard streams");
    listener = make_socket(where, &address, error);
    if (listener < 0)
        return listener;
    if (bind_unix(listener, &address) < 0) {
        failed(error, where, "cannot listen there");
        close(listener);
        return -EIO;
    }
    if (listen(listener, 1) == 0)
        fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        failed(error, where, "nobody connects");
    unlink(address.sun_path);
    close(listener);
    return fd < 0 ? -EIO : use(channel, fd, where, silence, error);
}

int channel_send(struct channel *channel, const char *text, size_t length)
{
    while (length > 0) {
        const ssize_t done = write(channel->out, text, length);

        if (done < 0 && errno == EINTR && !is_over(channel))
            continue;
        if (done < 0)
            return -errno;
        channel->sent += (uint64_t)done;
        text += done;
        length -= (size_t)done;
    }
    return 0;
}

int channel_say(struct channel *channel, const char *line)
{
    char text[CHANNEL_LINE];
    const int length = snprintf(text, sizeof(text), "%s\n", line);

    return length < CHANNEL_LINE ? channel_send(channel, text, (size_t)length) : -EMSGSIZE;
}

/* Returns 1 if the buffer holds a line. */
static int take(struct channel *channel, const char **line)
{
    char *end = memchr(channel->line, '\n', channel->length);

    if (!end)
        return channel->length == sizeof(channel->line) ? -EMSGSIZE : 0;
    *end = '\0';
    *line = channel->line;
    channel->taken = (size_t)(end - channel->line) + 1;
    return 1;
}

/* Drops the line that was taken before. */
static void drop(struct channel *channel)
{
    memmove(channel->line, channel->line + channel->taken, channel->length - channel->taken);
    channel->length -= channel->taken;
    channel->taken = 0;
}

/* Waits so many milliseconds. Returns 1 if something has come, or the end of it; 0 if not; or
 * -errno. */
static int wait_for(const struct channel *channel, int milliseconds)
{
    struct pollfd in = {.fd = channel->in, .events = POLLIN};
    const int result = poll(&in, 1, milliseconds);

    return result < 0 ? -errno : result;
}

/* Waits until a silence after it began. Returns 1, or as channel_answer(). */
static int wait_long(const struct channel *channel, uint64_t began)
{
    int result;

    do {
        result = wait_for(channel, PIECE_MS);
        if (result > 0 || (result < 0 && result != -EINTR))
            return result;
        if (is_over(channel))
            return -EINTR;
    } while ((double)(clock_now() - began) < channel->silence * 1e9);
    return -EAGAIN;
}

/* Adds to the line what has come. */
static int add(struct channel *channel)
{
    const ssize_t got =
        read(channel->in, channel->line + channel->length, sizeof(channel->line) - channel->length);

    if (got <= 0)
        return got < 0 ? -errno : -EPIPE;
    channel->length += (size_t)got;
    channel->received += (uint64_t)got;
    return 0;
}

int channel_poll(struct channel *channel, const char **line)
{
    int result;

    drop(channel);
    result = take(channel, line);
    if (result != 0)
        return result;
    result = wait_for(channel, 0);
    if (result > 0)
        result = add(channel);
    return result == 0 ? take(channel, line) : result;
}

/* An answer that is on its way is quicker than a process that is woken up. */
static int look_for(struct channel *channel, const char **line)
{
    const uint64_t until = clock_now() + LOOK_NS;
    int result;

    do
        result = channel_poll(channel, line);
    while (result == 0 && clock_now() < until);
    return result;
}

int channel_answer(struct channel *channel, const char **line)
{
    const uint64_t began = clock_now();
    int result = look_for(channel, line);

    while (result == 0) {
        result = wait_long(channel, began);
        if (result > 0)
            result = channel_poll(channel, line);
    }
    return result;
}

int channel_read(struct channel *channel, void *bytes, size_t size)
{
    const uint64_t began = clock_now();
    uint8_t *at = bytes;
    size_t some;

    drop(channel);
    some = channel->length < size ? channel->length : size;
    memcpy(at, channel->line, some);
    channel->taken = some;
    while (some < size) {
        const int result = wait_long(channel, began);
        const ssize_t got = result > 0 ? read(channel->in, at + some, size - some) : 0;

        if (result < 0 || got <= 0)
            return result < 0 ? result : got < 0 ? -errno : -EPIPE;
        some += (size_t)got;
        channel->received += (uint64_t)got;
    }
    return 0;
}

const char *channel_after(const char *line, const char *word)
{
    return strncmp(line, word, strlen(word)) == 0 ? line + strlen(word) : NULL;
}

bool channel_has_room(const struct channel *channel)
{
    struct pollfd out = {.fd = channel->out, .events = POLLOUT};

    return poll(&out, 1, 0) == 1;
}

const char *channel_text(int code)
{
    return code == -EPIPE || code == -ECONNRESET ? "the other side has ended"
           : code == -EAGAIN                     ? "the other side says nothing"
           : code == -EMSGSIZE                   ? "the other side says too much"
           : code == -EINTR                      ? "the time limit came first"
                                                 : strerror(-code);
}

void channel_close(struct channel *channel)
{
    if (channel->is_open && channel->in != STDIN_FILENO)
        close(channel->in);
    channel->is_open = false;
}
