/* Which descriptors the process holds: those of its caller are closed at the start. */
#ifndef BASE_DESCRIPTORS_H
#define BASE_DESCRIPTORS_H

#include <stddef.h>

/* Closes every descriptor above 2 that was inherited, but those that a word of argv names as a
 * file, as a shell's <(...) does: /dev/fd/N or /proc/self/fd/N. Descriptors 0 to 2, if they are
 * closed, are opened the wrong way round, so that no file of ours takes their numbers and using
 * them fails with EBADF as if they were still closed. */
void descriptors_begin(int argc, char *const *argv);

/* Closes every descriptor above 2 but the count in keep, which are in any order; those below 0 name
 * none. Uses close_range(2), and where the kernel has none, before Linux 5.9, what /proc lists. */
void descriptors_keep(const int *keep, size_t count);

#endif
