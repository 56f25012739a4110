/* How far a batch has come, kept in a file, so that it goes on from there whatever has ended it. */
#ifndef POOL_CHECKPOINT_H
#define POOL_CHECKPOINT_H

#include "base/error.h"
#include "base/output.h"
#include "pool/chunk.h"
#include "pool/input.h"

#define CHECKPOINT_MOST 4096 /* bytes of the file */

/* The first `written` bytes of the output are the answers to all lines before place. */
struct checkpoint {
    struct input_place place;
    uint64_t written;
    uint64_t counts[LINE_VERDICT_COUNT]; /* of lines */
    uint64_t crashed;
};

/* Reads what checkpoint_write() has written, which is hostile; rules must be those of then. Returns
 * 0, or -EINVAL with text and status 65. */
int checkpoint_parse(struct checkpoint *checkpoint, const char *text, size_t length,
                     const struct chunk_rules *rules, struct error *error);

/* Puts it in its place, on the disk; the answers must be there already. Returns 0, or -errno with
 * text and status. */
int checkpoint_write(const struct checkpoint *checkpoint, struct output *output,
                     const struct chunk_rules *rules, struct error *error);

#endif
