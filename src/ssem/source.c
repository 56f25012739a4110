/* A program's text under its name, and its lines one by one. */
#include "ssem/source.h"

bool source_next(const struct source *source, struct source_line *line)
{
    size_t at = line->next;

    if (at >= source->length)
        return false;

    size_t end = at;

    while (end < source->length && source->text[end] != '\n' && source->text[end] != '\r')
        end++;
    line->text = source->text + at;
    line->length = end - at;
    if (end + 1 < source->length && source->text[end] == '\r' && source->text[end + 1] == '\n')
        end++;
    line->next = end + 1;
    line->number = line->number ? line->number + 1 : source->before + 1;
    return true;
}

void source_find(const struct source *source, size_t offset, struct source_line *line)
{
    *line = (struct source_line){0};
    while (line->next <= offset && source_next(source, line))
        ;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

size_t source_skip(const struct source_line *line, size_t at)
{
    while (at < line->length && is_space(line->text[at]))
        at++;
    return at;
}

bool source_is_blank(const struct source_line *line)
{
    return source_skip(line, 0) == line->length;
}

size_t source_word_end(const struct source_line *line, size_t at)
{
    while (at < line->length && !is_space(line->text[at]))
        at++;
    return at;
}
