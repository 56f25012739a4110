/* A program's text, from a file, standard input or memory, read into a store. */
#ifndef SSEM_PROGRAM_H
#define SSEM_PROGRAM_H

#include <stddef.h>

#include "base/error.h"
#include "guest/abi.h"
#include "ssem/formats.h"

/* Longest program text that is read; every format's largest sensible file is far smaller. */
#define PROGRAM_MAX (64 * 1024)

struct program {
    char name[256];    /* for messages: path, "standard input" or "the 1948 program"; escaped */
    struct baby state; /* as loaded: A = 0 and CI = 0 where the format does not have them */
    struct warnings warnings;
};

/* Reads the program at path, standard input for "-", the embedded 1948 program for NULL, in the
 * format that its content shows. On error returns -errno with text and status (66 no such input,
 * 77 no permission, 74 I/O, 65 bad program) and leaves *program undefined. Never reads more than
 * PROGRAM_MAX + 1 bytes. */
int program_read(struct program *program, const char *path, struct error *error);

/* The same in a given format, NULL for the one that the content shows; origin is the store line of
 * the first statement where statements have no line numbers, or SOURCE_ORIGIN_DEFAULT. An origin
 * where it means nothing is status 64. */
int program_read_as(struct program *program, const char *path, const struct format *format,
                    int origin, struct error *error);

#endif
