/* A file that one batch at a time may write to, also when that one has been killed. */
#ifndef BASE_LOCK_H
#define BASE_LOCK_H

#include "base/error.h"

/* Locks the file for all who ask this (flock(2)), until the last descriptor is closed that was
 * duplicated or inherited from fd. Waits up to 5 seconds for another one's end, since that may
 * come soon: what a killed process has begun to put in its place is there in a moment. path is for
 * the text. Returns 0; -EWOULDBLOCK with text and status 75 if it is in use; or another -errno, as
 * from a file system without locks, with text and status 74. */
int lock_take(int fd, const char *path, struct error *error);

#endif
