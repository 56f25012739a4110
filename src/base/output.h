/* Writes a file whole or not at all, once or again and again. */
#ifndef BASE_OUTPUT_H
#define BASE_OUTPUT_H

#include <stdio.h>

#include "base/committer.h"
#include "base/error.h"

struct output {
    FILE *stream;
    char *path;
    struct committer committer; /* none where path is written in place */
    int code;                   /* errno of the first write that failed */
};

/* Opens a file for writing that is to become path, or what path links to. The file that was there
 * before keeps its mode and owner. "-" is standard output; a device, a pipe, a descriptor
 * (/dev/stdout, /dev/fd/N), what lies in /proc and a file that is mounted on its own are opened
 * themselves and written in place. From here on a file that grows beyond RLIMIT_FSIZE is an error
 * of write(2), not a signal. Returns 0, or -errno with text and status 71, 74 or 77 and nothing to
 * clean up. */
int output_open(struct output *output, const char *path, struct error *error);

/* Looks where path leads, and makes nothing. Returns 0, or -errno with the text and status of
 * output_open(). */
int output_find(const char *path, struct error *error);

/* As output_open(); the process that puts the file in its place keeps the descriptor held open as
 * well, so that a lock on it lasts until no version can come any more. */
int output_open_holding(struct output *output, const char *path, int held, struct error *error);

/* Keeps errno if a write has failed, before other calls change it; for a writer that makes many
 * calls. */
void output_check(struct output *output);

/* Leaves the process that puts the file in its place only what that takes; see committer.h. */
void output_confine(const struct output *output);

/* Puts what has been written since output_open(), or since the last such call, in its place: whole,
 * and on the disk when this returns. The stream is empty then and takes the next version; any
 * number of times, also in the sandbox, and output_abandon() after the last. What is written in
 * place is only flushed. Returns 0, or -errno with text and status: then what was in place stays,
 * what was written is dropped, and the output can be used on. */
int output_publish(struct output *output, struct error *error);

/* Ends writing and puts the file in its place. On error, also one of an earlier write to the
 * stream, returns -errno with text and status 71, 74 or 77 and leaves nothing behind. */
int output_commit(struct output *output, struct error *error);

/* Gives up: nothing is left behind, and a file that was at path before is as it was. */
void output_abandon(struct output *output);

#endif
