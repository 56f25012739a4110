/* Temporary files that become what they were written for, or go: also when a signal ends us. */
#ifndef BASE_TEMPORARY_H
#define BASE_TEMPORARY_H

#define TEMPORARY_ENDINGS 6

/* HUP, INT, QUIT, PIPE, TERM, XCPU. */
extern const int temporary_endings[TEMPORARY_ENDINGS];

/* Creates a file beside path, named after it, with the permissions that a new file gets. Returns
 * its descriptor and in *name its name, which temporary_keep() or temporary_drop() frees; or -errno
 * with nothing to clean up. From the first call on one of these signals (but those that are
 * ignored stay so) removes the files first, and a file that grows
 * beyond the limit (setrlimit(2), RLIMIT_FSIZE) is an error of write(2), not a signal. */
int temporary_create(const char *path, char **name);

/* Puts the file in the place of path and frees name. Returns 0, or -errno with the file removed. */
int temporary_keep(char *name, const char *path);

/* Removes the file and frees name. */
void temporary_drop(char *name);

#endif
