/* What `exits --json` has written, read back; any file may claim to be that. */
#ifndef REPORT_ATLAS_FILE_H
#define REPORT_ATLAS_FILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define ATLAS_FILE_BYTES (2u * 1024 * 1024)
#define ATLAS_FILE_ROWS  1024
#define ATLAS_FILE_NAMES 256 /* of a list of instructions */
#define ATLAS_FILE_TEXT  256 /* bytes of a string, with its NUL */

/* One row in one ring. The strings are the file's: of bounded length, and to be escaped. */
struct atlas_file_row {
    const char *name;
    unsigned ring; /* 0 or 3 */
    const char *group;
    const char *provokes;
    const char *text; /* what happened, for people */
    const char *happened;
    const char *exit, *fault, *answer; /* "" for none */
    bool stuck;
    double exits;             /* for one operation */
    double median_ns, p99_ns; /* below 0: no cost is known */
};

struct atlas_file {
    char path[80]; /* as messages name it, escaped */
    json_t *object;
    const char *host;
    const char *emulator; /* "" for a real CPU */
    /* Where it comes from (origin.h), "" for what is not known. */
    const char *version, *cpu, *kernel, *microcode, *date;
    struct atlas_file_row *rows;
    size_t count;
    size_t known;          /* sensitive instructions that were seen in ring 3 */
    json_t *run_unnoticed; /* names, at most ATLAS_FILE_NAMES, of these instructions */
    json_t *wrong;
    json_t *theorem1, *theorem3; /* true, false, or null for undecided; NULL: not in the file */
};

/* Reads babyvisor/exits/1 from length bytes of text, of the file at path, which is for messages
 * alone. Unknown keys are ignored. On error returns -errno with text and status (65 for what is not
 * such a file) and leaves nothing to close; otherwise atlas_file_close() frees it. */
int atlas_file_parse(struct atlas_file *file, const char *path, const char *text, size_t length,
                     struct error *error);

/* The row of that name and ring, NULL if the file does not have it. */
const struct atlas_file_row *atlas_file_find(const struct atlas_file *file, const char *name,
                                             unsigned ring);

void atlas_file_close(struct atlas_file *file);

#endif
