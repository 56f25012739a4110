/* Another program, run to its end: what it prints, when, and how it ended. */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define CHILD_TEXT_MAX   1024
#define CHILD_ERRORS_MAX 512

struct child {
    size_t length;
    char text[CHILD_TEXT_MAX]; /* of its standard output */
    size_t errors_length;
    char errors[CHILD_ERRORS_MAX]; /* of its standard error: the beginning */
    uint64_t started;              /* clock_now(), before the fork */
    uint64_t first_line;           /* when the first line was whole, 0 if it never was */
    uint64_t second_line;          /* when something came after that, 0 if nothing did */
    int status;                    /* as of waitpid() */
};

/* Runs the program at path argv[0]. Its standard input is empty, it has the descriptors in keep
 * (-1 at the end) under their numbers and no other, and it is killed, by its process id, after
 * seconds, when it prints more than CHILD_TEXT_MAX bytes, or when we die. It is never left
 * behind. Returns 0 whatever its status is, or -errno with text and status: -ETIME for the time
 * limit, -EMSGSIZE for too much text, others if it could not be run. */
int child_run(struct child *child, char *const argv[], const int *keep, double seconds,
              struct error *error);

#endif
