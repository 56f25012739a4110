/* What a user should know of input that was accepted; the command prints it. */
#ifndef BASE_WARNINGS_H
#define BASE_WARNINGS_H

#define WARNINGS_MAX 4

/* All zero: none. */
struct warnings {
    unsigned count;
    char text[WARNINGS_MAX][1024]; /* without "warning" and without a newline at the end */
};

/* Adds one, cut to fit. One that does not fit in the list, or whose text is there already, is left
 * out; a NULL list takes nothing. */
void warnings_add(struct warnings *warnings, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
