/* Where a path leads that is to be written: links followed, and whether what is there may be
 * replaced. */
#ifndef BASE_TARGET_H
#define BASE_TARGET_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

enum target_kind {
    TARGET_FILE,       /* a regular file, or none yet: another one can be put in its place */
    TARGET_DESCRIPTOR, /* one of our own descriptors: written to as it is */
    TARGET_OTHER,      /* a device, a pipe, something of /proc or mounted: opened and written to */
};

struct target {
    enum target_kind kind;
    int directory; /* O_PATH; -1 for a descriptor */
    int descriptor;
    bool exists;
    struct stat folder; /* of the directory */
    struct stat status; /* of what exists */
    char name[NAME_MAX + 1];
};

/* Finds where path leads, as open(2) would: through links, also a link to what is not there yet.
 * "-" is standard output, /dev/stdout and /dev/fd/N are the descriptors that they name. A file that
 * may not be written is refused, and in a folder that everybody may write to (S_ISVTX) also a link
 * or a file of another user. Returns 0, for target_close(), or -errno with nothing to clean up. */
int target_find(struct target *target, const char *path);

/* The same for a descriptor that we were started with. Returns 0, or -EBADF for one that is closed,
 * not for writing or ours (which all are close-on-exec). */
int target_of_descriptor(struct target *target, int descriptor);

void target_close(struct target *target);

/* Opens what is not to be replaced: a descriptor's duplicate, anything else for writing, emptied if
 * it is a regular file. Not for a TARGET_FILE. Returns the descriptor or -errno. */
int target_open(const struct target *target);

/* Whether what is written to one would overwrite or mix with what is written to the other: the same
 * file, also by another name, or the same pipe. A device takes any number. */
bool target_same(const struct target *one, const struct target *other);

#endif
