/* Where a figure comes from: which program, machine, kernel, when, and by which command line. */
#ifndef REPORT_ORIGIN_H
#define REPORT_ORIGIN_H

#include <jansson.h>

/* Keeps the order of the command line's words, which getopt changes; the words stay the caller's.
 */
void origin_command(int argc, char *const *argv);

/* Finds out, for origin_object(): reads files of /sys and /proc and must come before the sandbox.
 * version is the program's. */
void origin_begin(const char *version);

/* The origin as a new object, which is the caller's, or NULL before origin_begin() and without
 * memory. What could not be read is not in it. */
json_t *origin_object(void);

#endif
