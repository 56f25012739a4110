/* Lines of text from a descriptor, one by one, without memory of the heap or more than read(2). */
#ifndef BASE_LINES_H
#define BASE_LINES_H

#include <stddef.h>

#define LINES_LONGEST 1024

struct lines {
    int fd; /* not owned; the rest is zero at first */
    size_t from, to;
    char bytes[LINES_LONGEST];
};

/* The next line, without its end (LF or CR LF) and with a NUL, in lines->bytes until the next call;
 * *line is NULL at the end of the text. A last line need not have an end. Returns 0, -E2BIG for a
 * line that is too long, which is passed over, or -errno of read(2). */
int lines_next(struct lines *lines, char **line);

#endif
