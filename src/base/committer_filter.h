/* What the process that looks after a file may still do. */
#ifndef BASE_COMMITTER_FILTER_H
#define BASE_COMMITTER_FILTER_H

/* Confines this process, for good, to committer.c's requests: no privilege to gain, the few
 * capabilities that a file in another user's folder takes, and a seccomp filter, where the kernel
 * has any. Returns 0, or -EPERM if it could not be done. */
int committer_filter_enter(void);

#endif
