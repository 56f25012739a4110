/* Writes a file whole or not at all: into a temporary file beside it, then renamed. */
#ifndef BASE_OUTPUT_H
#define BASE_OUTPUT_H

#include <stdio.h>

#include "base/error.h"

struct output {
    FILE *stream;
    char *path;
    char *temporary; /* NULL where path is no regular file and is written in place */
    int code;        /* errno of the first write that failed */
};

/* Opens a file for writing that is to become path; an existing device or pipe is opened itself.
 * Returns 0, or -errno with text and status 74 or 77 and nothing to clean up. */
int output_open(struct output *output, const char *path, struct error *error);

/* Keeps errno if a write has failed, while it still tells why; for those who write much. */
void output_check(struct output *output);

/* Ends writing and puts the file in its place. On error, also one of an earlier write to the
 * stream, returns -errno with text and status 74 and leaves nothing behind. */
int output_commit(struct output *output, struct error *error);

/* Gives up: nothing is left behind, and a file that was at path before is as it was. */
void output_abandon(struct output *output);

#endif
