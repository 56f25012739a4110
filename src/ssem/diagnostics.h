/* Collects the errors of one text, and its warnings, each with its place, its line and a caret. */
#ifndef SSEM_DIAGNOSTICS_H
#define SSEM_DIAGNOSTICS_H

#include "base/error.h"
#include "base/warnings.h"
#include "ssem/source.h"

/* After so many errors, or fewer that fill the error's text, the rest is left out. */
#define DIAGNOSTICS_MAX 20

struct diagnostics {
    struct error *error;       /* text and status 65 as soon as there is one */
    struct warnings *warnings; /* NULL if nobody wants them */
    const char *name;          /* of the source */
    unsigned count;
    bool full; /* the error says that there are more */
};

/* Adds "name:line:column: what", the line, cut around the column, and a caret below the column,
 * which counts from 1. A NULL d takes nothing. What the source contains is escaped in the shown
 * line; the arguments must be escaped already. */
void diagnostics_add(struct diagnostics *d, const struct source_line *line, size_t column,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Adds "name: what", an error of the text as a whole, or of a place that is not known. */
void diagnostics_add_whole(struct diagnostics *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds a warning like an error; it changes nothing else. */
void diagnostics_warn(struct diagnostics *d, const struct source_line *line, size_t column,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Returns 0 if there is no error, otherwise -EINVAL. */
int diagnostics_result(const struct diagnostics *d);

#endif
