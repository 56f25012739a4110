/* A program's text under its name, and its lines one by one. */
#ifndef SSEM_SOURCE_H
#define SSEM_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#define SOURCE_ORIGIN_DEFAULT (-1)

struct source {
    const char *name; /* for messages: already escaped */
    const char *text;
    size_t length;
    unsigned before; /* lines in front of text, where it is a part of a file */
    int origin; /* store line of the first statement without a number, or SOURCE_ORIGIN_DEFAULT */
    bool named; /* the user has named the format, so no reading of it is doubted */
};

/* A line without its end, which is LF, CRLF or CR; {0} comes before the first. */
struct source_line {
    const char *text; /* into the source, no NUL at its end */
    size_t length;
    size_t next;     /* offset of the line after it */
    unsigned number; /* from 1 */
};

/* Steps to the next line; returns false if there is none. A text that ends with a line end has no
 * empty line after it. */
bool source_next(const struct source *source, struct source_line *line);

/* Sets *line to the one that holds the byte at offset, or its end does; the last one where offset
 * is beyond it, and {0} in an empty text. */
void source_find(const struct source *source, size_t offset, struct source_line *line);

/* Whether the line holds nothing but white space. */
bool source_is_blank(const struct source_line *line);

/* Steps over white space from offset at; returns the offset of what follows. */
size_t source_skip(const struct source_line *line, size_t at);

/* The offset of the end of the word at an offset: of the next white space, or of the line's end. */
size_t source_word_end(const struct source_line *line, size_t at);

#endif
