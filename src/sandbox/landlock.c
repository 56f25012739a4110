/* Landlock: no file can be opened, made, removed or renamed any more, and no network used. */
#include "sandbox/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/coverage.h"

/* What linux/landlock.h of older kernels does not name; numbers are those of every architecture. */
#define CREATE_RULESET 444
#define RESTRICT_SELF  446

#define ACCESS_FS_1      ((1ull << 13) - 1)
#define ACCESS_REFER     (1ull << 13)
#define ACCESS_TRUNCATE  (1ull << 14)
#define ACCESS_IOCTL_DEV (1ull << 15)
#define ACCESS_NET       3ull
#define SCOPES           3ull

/* struct landlock_ruleset_attr of ABI 6. */
struct ruleset {
    uint64_t files, network, scopes;
};

static int failed(struct error *error, const char *what)
{
    int code = errno;

    return error_set(error, STATUS_SYSTEM, code,
                     "sandbox: Landlock: %s: %s; --sandbox=off goes without the sandbox", what,
                     strerror(code));
}

int landlock_abi(void)
{
    long abi = syscall(CREATE_RULESET, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    return abi < 0 ? -errno : (int)abi;
}

static int create(int abi)
{
    struct ruleset handled = {.files = ACCESS_FS_1};
    size_t size = sizeof(handled.files);

    if (abi >= 2)
        handled.files |= ACCESS_REFER;
    if (abi >= 3)
        handled.files |= ACCESS_TRUNCATE;
    if (abi >= 4) {
        handled.network = ACCESS_NET;
        size += sizeof(handled.network);
    }
    if (abi >= 5)
        handled.files |= ACCESS_IOCTL_DEV;
    if (abi >= 6) {
        handled.scopes = SCOPES;
        size += sizeof(handled.scopes);
    }
    return (int)syscall(CREATE_RULESET, &handled, size, 0);
}

int landlock_enter(const struct sandbox *sandbox, struct sandbox_note *note, struct error *error)
{
    int abi = landlock_abi();
    int ruleset, result;

    (void)sandbox;
    if (abi == -ENOSYS || abi == -EOPNOTSUPP) {
        snprintf(note->text, sizeof(note->text), "%s",
                 abi == -ENOSYS ? "this kernel has no Landlock (CONFIG_SECURITY_LANDLOCK)"
                                : "Landlock is switched off on this host (boot with lsm=landlock)");
        return 0;
    }
    if (abi < 0) {
        errno = -abi;
        return failed(error, "version");
    }
    ruleset = create(abi);
    if (ruleset < 0)
        return failed(error, "creating the rules");
    coverage_write();
    result = (int)syscall(RESTRICT_SELF, ruleset, 0);
    if (result < 0)
        result = failed(error, "entering");
    close(ruleset);
    if (result < 0)
        return result;
    snprintf(note->text, sizeof(note->text), "ABI %d; nothing can be opened%s", abi,
             abi >= 4 ? " or connected to" : "");
    return 1;
}
