/* A program's text under its name, and its lines one by one. */
#include "ssem/source.h"

#include <string.h>

bool source_next(const struct source *source, struct source_line *line)
{
    size_t at = line->next;

    if (at >= source->length)
        return false;

    const char *newline = memchr(source->text + at, '\n', source->length - at);
    size_t end = newline ? (size_t)(newline - source->text) : source->length;

    line->next = newline ? end + 1 : end;
    if (newline && end > at && source->text[end - 1] == '\r')
        end--;
    line->text = source->text + at;
    line->length = end - at;
    line->number = line->number ? line->number + 1 : source->before + 1;
    return true;
}

size_t source_skip(const struct source_line *line, size_t at)
{
    while (at < line->length && (line->text[at] == ' ' || line->text[at] == '\t'))
        at++;
    return at;
}

bool source_is_blank(const struct source_line *line)
{
    return source_skip(line, 0) == line->length;
}
