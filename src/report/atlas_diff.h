/* Where files of `exits --json` differ: machines, kernels, versions side by side. */
#ifndef REPORT_ATLAS_DIFF_H
#define REPORT_ATLAS_DIFF_H

#include <stdio.h>

#include "report/atlas_file.h"

#define ATLAS_DIFF_FILES 8

/* One row in one ring of all the files. */
struct atlas_diff_row {
    const struct atlas_file_row *in[ATLAS_DIFF_FILES]; /* NULL: not in that file, or not run */
    const struct atlas_file_row *any;
    bool complete; /* it ran for all files */
    bool same;     /* and the same happened in all */
    double ratio;  /* of the highest median cost to the lowest if that is no accident, or 0: above
                      the p99 of the lowest, too */
};

struct atlas_diff {
    const struct atlas_file *files; /* not owned */
    size_t file_count;
    struct atlas_diff_row *rows; /* in the order of the first file that has each */
    size_t count;
    bool emulated; /* one of the hosts at least is an emulator's: no times are compared */
};

/* Compares count files, 2 to ATLAS_DIFF_FILES. On error returns -ENOMEM with text and status and
 * leaves nothing to free; otherwise atlas_diff_free() does. */
int atlas_diff_make(struct atlas_diff *diff, const struct atlas_file *files, size_t count,
                    struct error *error);

/* Prints what differs, for people. */
void atlas_diff_text(FILE *out, const struct atlas_diff *diff);

/* Prints babyvisor/exits-diff/1, which has all rows. Returns 0, or -ENOMEM with text and status. */
int atlas_diff_json(FILE *out, const struct atlas_diff *diff, struct error *error);

void atlas_diff_free(struct atlas_diff *diff);

#endif
