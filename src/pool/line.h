/* A line of `batch`: a program with its limit and its id, in, and what has become of it, out. */
#ifndef POOL_LINE_H
#define POOL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"
#include "guest/abi.h"

#define LINE_MOST 65536 /* bytes of a line, without its end */
#define LINE_ID   128   /* bytes of an id as JSON text, with a NUL */
#define LINE_TEXT 256   /* of an error, with a NUL */

/* Identifier, name; the first is no verdict yet. With a limit there is no cycle. */
#define LINE_VERDICTS(X)                                                                           \
    X(NONE, none)                                                                                  \
    X(STP, stp)                                                                                    \
    X(LIMIT, limit)                                                                                \
    X(CYCLE, cycle)                                                                                \
    X(ERROR, error)

enum line_verdict {
#define X(id, name) LINE_##id,
    LINE_VERDICTS(X)
#undef X
        LINE_VERDICT_COUNT,
};

/* A program on its way, in memory that a worker and its supervisor share. */
struct line {
    struct baby state;    /* executed is all that it has obeyed */
    uint64_t limit;       /* UINT64_MAX for none */
    uint64_t number;      /* of the line, from 1 */
    uint64_t period;      /* of LINE_CYCLE */
    uint8_t is_exact;     /* period and the state are the first ones */
    uint8_t verdict;      /* enum line_verdict */
    uint8_t turns;        /* times that it was run */
    uint8_t status;       /* exit status of LINE_ERROR */
    char id[LINE_ID];     /* JSON text: a string, or what else the line had; empty: its number */
    char text[LINE_TEXT]; /* of LINE_ERROR alone */
};

enum line_format { LINE_JSON, LINE_TSV, LINE_FORMATS };

/* By enum line_format. */
extern const struct choice line_formats[LINE_FORMATS + 1];

/* Bytes that an answer takes at most. */
#define LINE_ANSWER 2048

/* Reads a line without its end: JSON if its first character is a brace, else hex. All that is said
 * of *line is set; what is no program is LINE_ERROR with status 65. limit is for a line without
 * one. */
void line_read(struct line *line, const char *text, size_t length, uint64_t number, uint64_t limit);

/* Makes it a LINE_ERROR. */
void line_fail(struct line *line, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Writes the answer, with its newline, to out, which has room for LINE_ANSWER bytes; with the store
 * if that is wanted. line is bounded, whatever is in it. Returns the end of what is written. */
char *line_write(char *out, const struct line *line, enum line_format format, bool store);

#endif
