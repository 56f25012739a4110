/* Lines to another process and from it: by a Unix socket, or a command's standard streams. */
#ifndef BASE_CHANNEL_H
#define BASE_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define CHANNEL_LINE 4096 /* bytes of a line, at most, its newline included */

struct channel {
    bool is_open;
    int in, out;             /* may be the same */
    double silence;          /* seconds that a line is waited for at most */
    bool (*is_over)(void);   /* whether no more is to be waited; NULL: never */
    uint64_t sent, received; /* bytes */
    size_t length, taken;    /* of line: what has come, and of that what was returned */
    char line[CHANNEL_LINE];
};

/* Opens a channel, on which nothing is waited for longer than silence seconds, to where somebody
 * listens: unix:PATH; or else where is a command for the shell, which is started, and of which
 * standard input and output are the other end. From here on SIGPIPE is ignored. Returns 0, or
 * -errno with text and status. */
int channel_connect(struct channel *channel, const char *where, double silence,
                    struct error *error);

/* Waits for who connects to unix:PATH, which must not be there, unless as a socket that its process
 * has left, and is removed again; with "-" the channel is our own standard input and output. As
 * above. */
int channel_listen(struct channel *channel, const char *where, double silence, struct error *error);

/* Sends text that ends with a newline. Returns 0 or -errno; nothing has been sent if it was too
 * short for the other side to make a line of. */
int channel_send(struct channel *channel, const char *text, size_t length);

/* The same for a line without its newline; -EMSGSIZE for one that would be too long. */
int channel_say(struct channel *channel, const char *line);

/* Takes a line if one has come: returns 1 and sets *line, without its newline, until the next call;
 * 0 for none yet; -EPIPE if none will come, -EMSGSIZE for one that is too long, or -errno. */
int channel_poll(struct channel *channel, const char **line);

/* Waits for a line: returns 1, or as channel_poll(); -EINTR once is_over() says so, and -EAGAIN
 * after a silence. Other signals change nothing. */
int channel_answer(struct channel *channel, const char **line);

/* Takes so many bytes that come after a line, waiting for them: returns 0, or as above. */
int channel_read(struct channel *channel, void *bytes, size_t size);

/* What comes after the word that the line begins with, or NULL if it does not. */
const char *channel_after(const char *line, const char *word);

/* Whether a few KiB can be sent without waiting. */
bool channel_has_room(const struct channel *channel);

/* What such an error is, in words. */
const char *channel_text(int code);

void channel_close(struct channel *channel);

#endif
