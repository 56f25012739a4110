/* Collects the errors of one text, and its warnings, each with its place, its line and a caret. */
#include "ssem/diagnostics.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Of a long line, this much before the column and this much in all is shown. */
#define SHOWN_BEFORE 40
#define SHOWN        64

/* The longest that a byte becomes when escaped, \xNN. */
#define ESCAPED 4

/* The longest texts: of what is wrong, of its line with the caret, of both with their place. */
#define WHAT_SIZE  512
#define SHOWN_SIZE 640
#define ENTRY_SIZE 1536

/* An error, and the note after the last, fit. */
#define ERROR_ROOM 2048

/* Escapes like error_escape(), with a space for other white space. */
static void escape(char *out, size_t size, const char *text, size_t length)
{
    char spaced[SHOWN];

    for (size_t i = 0; i < length; i++)
        spaced[i] = text[i] >= '\t' && text[i] <= '\r' ? ' ' : text[i];
    error_escape(out, size, spaced, length);
}

static void show_line(char *out, size_t size, const struct source_line *line, size_t column)
{
    size_t caret = column - 1 < line->length ? column - 1 : line->length;
    size_t from = caret > SHOWN_BEFORE ? caret - SHOWN_BEFORE : 0;
    size_t to = line->length - from > SHOWN ? from + SHOWN : line->length;
    char before[SHOWN * ESCAPED + sizeof("...")], after[SHOWN * ESCAPED + sizeof("...")];
    const char *cut = from ? "..." : "";

    escape(before, sizeof(before), line->text + from, caret - from);
    escape(after, sizeof(after), line->text + caret, to - caret);
    snprintf(out, size, "\n    %s%s%s%s\n    %*s^", cut, before, after,
             to < line->length ? "..." : "", (int)(strlen(cut) + strlen(before)), "");
}

/* Writes "name:line:column: what", the line, and a caret. */
static void describe(char out[ENTRY_SIZE], const struct diagnostics *d,
                     const struct source_line *line, size_t column, const char *format,
                     va_list arguments)
{
    char what[WHAT_SIZE], shown[SHOWN_SIZE];

    vsnprintf(what, sizeof(what), format, arguments);
    show_line(shown, sizeof(shown), line, column);
    snprintf(out, ENTRY_SIZE, "%s:%u:%zu: %s%s", d->name, line->number, column, what, shown);
}

/* Adds the entry if there is room, and says once that there is none. */
static void add(struct diagnostics *d, const char *entry)
{
    if (d->full)
        return;
    d->full = d->count == DIAGNOSTICS_MAX ||
              (d->count && strlen(d->error->text) > sizeof(d->error->text) - ERROR_ROOM);
    if (d->full)
        error_add(d->error, "\n%s: more errors follow; these are the first %u", d->name, d->count);
    else if (d->count++ == 0)
        error_set(d->error, STATUS_DATA, EINVAL, "%s", entry);
    else
        error_add(d->error, "\n%s", entry);
}

void diagnostics_add(struct diagnostics *d, const struct source_line *line, size_t column,
                     const char *format, ...)
{
    char entry[ENTRY_SIZE];
    va_list arguments;

    if (!d)
        return;
    va_start(arguments, format);
    describe(entry, d, line, column, format, arguments);
    va_end(arguments);
    add(d, entry);
}

void diagnostics_add_whole(struct diagnostics *d, const char *format, ...)
{
    char what[WHAT_SIZE], entry[ENTRY_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    snprintf(entry, sizeof(entry), "%s: %s", d->name, what);
    add(d, entry);
}

void diagnostics_warn(struct diagnostics *d, const struct source_line *line, size_t column,
                      const char *format, ...)
{
    char entry[ENTRY_SIZE];
    va_list arguments;

    va_start(arguments, format);
    describe(entry, d, line, column, format, arguments);
    va_end(arguments);
    warnings_add(d->warnings, "%s", entry);
}

int diagnostics_result(const struct diagnostics *d)
{
    return d->count ? -EINVAL : 0;
}
