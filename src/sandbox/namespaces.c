/* Namespaces: a system of its own, with no files, no network and nobody in it. */
#include "sandbox/namespaces.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/coverage.h"

#include "base/coverage.h"

/* User, so that it needs no privilege (user_namespaces(7)), and what that one then owns. */
#define SPACES (CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC)

/* A directory that is there: /dev/kvm is in it. */
#define PLACE "/dev"

/* Makes an empty, read-only file system the root, and lets go of the one before: pivot_root(2), the
 * notes on pivot_root(".", "."). Returns what failed, or NULL. */
static const char *leave_files(void)
{
    if (mount("none", PLACE, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
              "size=4k,nr_inodes=1") < 0)
        return "mounting an empty root";
    if (chdir(PLACE) < 0 || syscall(SYS_pivot_root, ".", ".") < 0)
        return "pivot_root";
    if (umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
        return "leaving the old root";
    return NULL;
}

/* The process itself keeps its number; what it made would be in the new namespace of processes, so
 * that a VM cannot be made or first run any more: KVM makes a thread for it. */
static int leave_processes(const struct sandbox *sandbox, struct error *error)
{
    int result = sandbox_start_machines(sandbox, error);

    if (result == 0 && !sandbox->makes_machines && unshare(CLONE_NEWPID) < 0)
        result = error_system(error, "sandbox: unsharing processes");
    return result;
}

int namespaces_enter(const struct sandbox *sandbox, struct sandbox_note *note, struct error *error)
{
    const char *what;
    int result;

    coverage_write();
    what = unshare(SPACES) < 0 ? "unshare" : leave_files();
    if (what) {
        snprintf(note->text, sizeof(note->text), "this host lets no user make them: %s: %s", what,
                 strerror(errno));
        return 0;
    }
    result = leave_processes(sandbox, error);
    if (result < 0)
        return result;
    snprintf(note->text, sizeof(note->text), "user, mount with an empty root, network, IPC%s",
             sandbox->makes_machines ? "" : ", process");
    return 1;
}
