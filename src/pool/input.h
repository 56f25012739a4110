/* The lines that come in: read as they come, and cut into chunks. */
#ifndef POOL_INPUT_H
#define POOL_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "pool/chunk.h"

#define INPUT_CHECK 4096

/* Where in the input a chunk ends: all before is in chunks. */
struct input_place {
    uint64_t offset; /* bytes */
    uint64_t lines;
    bool skips;       /* the rest of the last line, which is too long, is to be left out */
    uint64_t check;   /* of the last bytes, */
    uint32_t checked; /* so many, INPUT_CHECK at most */
};

struct input {
    int fd;
    struct input_place place;
    char *buffer;
    size_t start, end; /* of what has been read and not cut */
    bool ended;
};

/* An input from a descriptor, which stays the caller's. Returns 0, or -ENOMEM with text and status;
 * input_close() frees it. */
int input_open(struct input *input, int fd, struct error *error);
void input_close(struct input *input);

/* Goes to a place that an earlier run has reached, by lseek(2) or by reading what comes before.
 * Returns 0, or -errno with text and status: 65 where this is another input. */
int input_seek(struct input *input, const struct input_place *place, struct error *error);

/* Reads on, waiting for as long as the descriptor does, unless a chunk's worth is there. Returns 0,
 * or -errno with text and status 74. */
int input_read(struct input *input, struct error *error);

/* Whether input_read() would read. */
bool input_wants(const struct input *input);

/* Cuts off as many lines as a chunk holds, and fills it in with all of its lines to be obeyed.
 * Returns false if there is no whole line; the last one needs no end. A line longer than LINE_MOST
 * is cut to LINE_MOST + 1 bytes, and its rest left out. */
bool input_cut(struct input *input, struct chunk *chunk);

#endif
