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
    char *bytes; /* what was fetched and not parsed yet, NULL for the 1948 program */
    size_t length;
};

/* Reads the bytes of the program at path, standard input for "-", the embedded 1948 program for
 * NULL, and looks at none of them, so that what parses them can be in the sandbox. On error returns
 * -errno with text and status (66 no such input, 77 no permission, 74 I/O, 65 too long) and there
 * is nothing to free; otherwise program_parse() or program_drop() frees them. Never reads more than
 * PROGRAM_MAX + 1 bytes. */
int program_fetch(struct program *program, const char *path, struct error *error);

/* Fills state and warnings from what was fetched, in a given format, NULL for the one that the
 * content shows; origin is the store line of the first statement where statements have no line
 * numbers, or SOURCE_ORIGIN_DEFAULT. On error returns -errno with text and status: 65, or 64 for an
 * origin where it means nothing. What was fetched is freed. */
int program_parse(struct program *program, const struct format *format, int origin,
                  struct error *error);

/* Frees what was fetched, if it is not parsed yet; nothing for a program that is all zero. */
void program_drop(struct program *program);

/* Both in one, in the format that the content shows. */
int program_read(struct program *program, const char *path, struct error *error);

#endif
