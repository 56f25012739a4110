/* Runs a set-uid program, to see whether it gets another user's identity. */
#ifndef SANDBOX_SETUID_EXEC_H
#define SANDBOX_SETUID_EXEC_H

/* Makes a set-uid copy of id(1) that belongs to user 65534, in /tmp, and runs it. Returns 0 if it
 * ran as that user, EPERM if it ran as the caller, or another errno if that could not be tried:
 * only root can, and not where /tmp is mounted nosuid (then EPERM, too). */
int setuid_exec(void);

#endif
