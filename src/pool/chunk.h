/* A chunk of lines: what a worker of `batch` is asked at once, and answers. */
#ifndef POOL_CHUNK_H
#define POOL_CHUNK_H

#include "pool/line.h"
#include "pool/pool.h"

#define CHUNK_LINES   1024
#define CHUNK_TEXT    (256 * 1024)
#define CHUNK_ANSWERS (512 * 1024)

/* What is asked of all chunks; not of the worker, which reads it as it was before the fork. */
struct chunk_rules {
    uint64_t limit; /* of a line without one */
    uint64_t slice; /* most instructions of a program before the others have their turn */
    double seconds; /* time limit of what is in the guest at once */
    enum line_format format;
    bool store, unordered;
};

/* Lines from and below `to` are to be obeyed; all are, unless a worker has died of one. Line i ends
 * before ends[i], where its newline is, or would be. */
struct chunk {
    uint64_t first; /* number of line 0, from 1 */
    uint32_t lines;
    uint32_t from, to;
    uint32_t ends[CHUNK_LINES];
    char text[CHUNK_TEXT + LINE_MOST + 2];
};

/* What has become of a line. CHUNK_WRITING: its answer is in the text of this turn, which the
 * supervisor makes CHUNK_WRITTEN once it has the text. When the worker dies it makes that
 * CHUNK_ENDED again, and what runs CHUNK_NEW, so that nothing is lost or answered twice. */
enum chunk_line { CHUNK_NEW, CHUNK_RUNS, CHUNK_ENDED, CHUNK_WRITING, CHUNK_WRITTEN };

/* The answers so far, from turn to turn. */
struct chunk_answer {
    uint32_t running;                    /* lines from and below `to` that have not ended */
    uint32_t left;                       /* lines whose answer has not been written */
    uint32_t length;                     /* of text: the answers that were written in this turn */
    uint32_t counts[LINE_VERDICT_COUNT]; /* of them, by verdict */
    uint32_t crashed;                    /* of them, errors that are not of the line: not 65 */
    uint8_t states[CHUNK_LINES];         /* enum chunk_line */
    struct line lines[CHUNK_LINES];
    char text[CHUNK_ANSWERS];
};

/* The work of a pool_kind whose context is a struct chunk_rules: obeys the lines for a while, each
 * a slice at a time, and writes the answers of those that have ended: in their order when all have,
 * or with `unordered` of each as soon as it has. */
int chunk_work(const void *context, struct machine *machine, const void *request, void *answer,
               struct error *error);

#endif
