/* The files that a sweep writes, one for each shard, and what they say together. */
#ifndef POOL_SHARD_H
#define POOL_SHARD_H

#include "pool/sweep.h"

#define SHARD_BYTES (4 * 1024 * 1024) /* of a file, at most */

/* What a file says beside its sums. */
struct shard {
    char space[64]; /* its name, plain text */
    uint64_t digest, limit;
    uint64_t shard, shards;
    uint32_t most[SUMS_KIND_COUNT]; /* programs that are kept */
    bool certified;                 /* another file has certificates */
};

/* Prints the sums as a JSON object, babyvisor/sweep/1; of a shard, unless it is NULL. Returns 0, or
 * -errno with text and status. */
int shard_write(FILE *out, const struct shard *about, bool whole, const struct sums *sums,
                struct error *error);

/* Reads what shard_write() has written of a shard, which is hostile. Returns 0, or -EINVAL with
 * text and status 65. */
int shard_read(const char *text, size_t length, struct shard *about, struct sums *sums,
               struct error *error);

/* Prints the sums for people. */
void shard_text(FILE *out, const struct shard *about, const struct sums *sums);

#endif
