/* Lines of text from a descriptor, one by one, without memory of the heap or more than read(2). */
#include "base/lines.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* Reads more after what is there. Returns how much came, 0 at the end, or -errno. */
static long fill(struct lines *lines)
{
    ssize_t got;

    memmove(lines->bytes, lines->bytes + lines->from, lines->to - lines->from);
    lines->to -= lines->from;
    lines->from = 0;
    do
        got = read(lines->fd, lines->bytes + lines->to, sizeof(lines->bytes) - 1 - lines->to);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return -errno;
    lines->to += (size_t)got;
    return got;
}

int lines_next(struct lines *lines, char **line)
{
    bool too_long = false;

    *line = NULL;
    for (;;) {
        char *start = lines->bytes + lines->from;
        char *end = memchr(start, '\n', lines->to - lines->from);
        long got = 0;

        if (!end && lines->to - lines->from == sizeof(lines->bytes) - 1) {
            too_long = true;
            lines->from = lines->to;
        }
        if (!end) {
            got = fill(lines);
            if (got < 0)
                return (int)got;
            if (got > 0)
                continue;
            start = lines->bytes;
            if (lines->to == 0)
                return too_long ? -E2BIG : 0;
            end = start + lines->to;
        }
        lines->from = (size_t)(end - lines->bytes) + (got == 0 && end < lines->bytes + lines->to);
        if (too_long)
            return -E2BIG;
        if (end > start && end[-1] == '\r')
            end--;
        *end = '\0';
        *line = start;
        return 0;
    }
}
