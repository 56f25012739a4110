/* Collects the errors of one text, each with its place, its line and a caret. */
#include "ssem/diagnostics.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Of a long line, this much before the column and this much in all is shown. */
#define SHOWN_BEFORE 40
#define SHOWN        64

/* The longest that a byte becomes when escaped, \xNN. */
#define ESCAPED 4

/* The longest text of an error, and its line with the caret below. */
#define WHAT_SIZE  512
#define SHOWN_SIZE 1024

/* An error with its line is never longer. */
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

/* Whether there is room for one more; says once that there is none. */
static bool has_room(struct diagnostics *d)
{
    if (d->full)
        return false;
    d->full = d->count == DIAGNOSTICS_MAX ||
              (d->count && strlen(d->error->text) > sizeof(d->error->text) - ERROR_ROOM);
    if (d->full)
        error_add(d->error, "\n%s: more errors follow; these are the first %u", d->name, d->count);
    return !d->full;
}

static void add(struct diagnostics *d, const char *place, const char *what, const char *shown)
{
    if (d->count++ == 0)
        error_set(d->error, STATUS_DATA, EINVAL, "%s%s: %s%s", d->name, place, what, shown);
    else
        error_add(d->error, "\n%s%s: %s%s", d->name, place, what, shown);
}

void diagnostics_add(struct diagnostics *d, const struct source_line *line, size_t column,
                     const char *format, ...)
{
    char what[WHAT_SIZE], place[48], shown[SHOWN_SIZE];
    va_list arguments;

    if (!d || !has_room(d))
        return;
    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    snprintf(place, sizeof(place), ":%u:%zu", line->number, column);
    show_line(shown, sizeof(shown), line, column);
    add(d, place, what, shown);
}

void diagnostics_add_whole(struct diagnostics *d, const char *format, ...)
{
    char what[WHAT_SIZE];
    va_list arguments;

    if (!has_room(d))
        return;
    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    add(d, "", what, "");
}

int diagnostics_result(const struct diagnostics *d)
{
    return d->count ? -EINVAL : 0;
}
