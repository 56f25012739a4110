/* Another program, run to its end: what it prints, when, and how it ended. */
#ifndef MEASURE_CHILD_H
#define MEASURE_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "measure/qemu_report.h"

#define CHILD_ERRORS_MAX 512

struct child {
    size_t length;
    char text[QEMU_REPORT_MAX]; /* of its standard output */
    size_t errors_length;
    char errors[CHILD_ERRORS_MAX]; /* of its standard error: the beginning */
    uint64_t started;              /* clock_now(), before the fork */
    uint64_t first_line;           /* when the first line was whole, 0 if it never was */
    uint64_t second_line;          /* when something came behind that, 0 if nothing did */
    int status;                    /* as of waitpid() */
};

/* Runs the program at path argv[0]. Its standard input is empty, it has the descriptors in keep
 * (-1 at the end) under their numbers and no other, and it is killed, by its process id, after
 * seconds, when it prints more than QEMU_REPORT_MAX bytes, or when we die. It is never left
 * behind. Returns 0 whatever its status is, or -errno with text and status: -ETIME for the time
 * limit, -EPROTO for too much text, others if it could not be run. */
int child_run(struct child *child, char *const argv[], const int *keep, double seconds,
              struct error *error);

#endif
