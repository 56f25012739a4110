/* Runs a set-group-ID program, to see whether it gains another group. */
#ifndef SANDBOX_SETGID_EXEC_H
#define SANDBOX_SETGID_EXEC_H

/* Makes a set-group-ID copy of id(1), in TMPDIR or else /tmp, and runs it. The copy stays ours and
 * never has a name (open(2), O_TMPFILE and O_EXCL), so that nobody else can open, execute or change
 * it. Returns 0 if it ran with the other group, EPERM if it ran with that of the caller, or another
 * errno if that could not be tried: only root, and a user with a supplementary group, can, and
 * only where the file system has O_TMPFILE; where it is mounted nosuid it is EPERM as well. */
int setgid_exec(void);

#endif
