/* A folder of its own for a test that writes files. */
#ifndef TESTS_FOLDER_H
#define TESTS_FOLDER_H

#include <sys/stat.h>

#include "base/output.h"

/* Fixtures: make the folder, go there and set umask 022; remove it, and fail where an output has
 * left a temporary file or a process. */
void folder_make(void);
void folder_remove(void);

/* Has a shell do what a test needs around it; fails unless it returns 0. */
void folder_sh(const char *command);

/* Writes text to the output's stream. */
void folder_put(struct output *output, const char *text);

/* Fails unless that is what the file holds, up to 255 bytes. */
void folder_check(const char *path, const char *expected);

/* Writes text to path by way of an output; returns 0, or what has failed, with folder_error. */
int folder_write(const char *path, const char *text);

/* Fails unless that works; unless it fails so, with a line of text. */
void folder_written(const char *path, const char *text);
void folder_refused(const char *path, int code, enum status status);

/* What lstat(2) says. */
struct stat folder_status(const char *path);

extern struct error folder_error;

/* Waits until the folder is empty, which may be after the end of a process that wrote there; fails
 * after ten seconds. */
void folder_empty(void);

#endif
