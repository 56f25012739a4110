/* A process that puts a file in its place, or removes it, whatever becomes of us.
 *
 * It is made before the file is, and before anything hostile runs. It hears us through a socket;
 * when we are gone, for whatever reason, it removes what is not in its place, and ends. It has a
 * session of its own and no signal but SIGKILL ends it. Who has broken into our process can have it
 * do what the functions below say, to that one file, and nothing else. */
#ifndef BASE_COMMITTER_H
#define BASE_COMMITTER_H

#include <sys/types.h>

#include "base/place.h"
#include "base/target.h"

struct committer {
    pid_t process; /* 0 where there is none */
    int channel;   /* to it, for send() and recv() */
    char work[PLACE_NAME_SIZE];
};

/* Starts it for a target, which must be a TARGET_FILE. It keeps the descriptor held, unless that is
 * -1, open until it ends. Returns 0, or -errno and then there is none. */
int committer_start(struct committer *committer, const struct target *target, int held);

/* Makes the file, beside the target, which may be closed after that: empty, and when it is in its
 * place of the target's mode and owner. Returns its descriptor, which the caller closes, or -errno.
 * To be called once, before all below. */
int committer_open(const struct committer *committer, const struct target *target);

/* Leaves it, for good, the system calls that it needs, and of the capabilities those that a file in
 * a folder of another user takes. A kernel without seccomp leaves it all calls. If it cannot be
 * done otherwise, the process gives up. */
void committer_confine(const struct committer *committer);

/* Puts the file in its place. Returns 0, or -errno with the file removed: -ECHILD if the process is
 * gone. */
int committer_commit(const struct committer *committer);

/* Puts a copy of the file in its place, on the disk when this returns, and empties the file, which
 * is then written to from its beginning. Returns 0, or -errno as committer_commit(), with the file
 * emptied and what was in its place there. */
int committer_publish(const struct committer *committer);

/* Empties the file, which is then written to from its beginning. Returns 0 or -errno. */
int committer_empty(const struct committer *committer);

/* Ends it and waits for that; a file that is not in its place is removed. Nothing without one. */
void committer_end(struct committer *committer);

#endif
