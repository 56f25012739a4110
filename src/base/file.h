/* Reads a whole file, or standard input, up to a length that bounds memory and time. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>

#include "base/error.h"

struct file {
    char *bytes; /* the caller frees it */
    size_t length;
};

/* Opens the file at path for reading; standard input's descriptor, which stays open, for "-".
 * Returns it, or -errno with text and status 66 or 77. */
int file_open(const char *path, struct error *error);

/* Reads the file at path, standard input for "-". A file longer than max bytes is refused without
 * being read to its end. On error returns -errno with text and status (66 no such input, 77 no
 * permission, 74 reading failed, 65 too long) and leaves nothing to free; a signal that is caught
 * and restarts no calls ends the wait for a file with -EINTR. */
int file_read(struct file *file, const char *path, size_t max, struct error *error);

/* The path as messages name it, escaped, "standard input" for "-"; writes to out, returns it. */
const char *file_name(const char *path, char *out, size_t size);

#endif
