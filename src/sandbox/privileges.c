/* Privileges that a run does without: none to gain, no capability, no core dump. */
#include "sandbox/privileges.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* User 0 gets no capabilities by being user 0, for good, and none are made ambient: one call for
 * what emptying the bounding set takes forty for. Files that carry capabilities are stopped by
 * no_new_privs. */
#define LOCKED                                                                                     \
    (SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |                               \
     SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |       \
     SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)

static int failed(struct error *error, const char *what)
{
    int code = errno;

    return error_set(error, STATUS_SYSTEM, code,
                     "sandbox: %s: %s; --sandbox=off goes without the sandbox", what,
                     strerror(code));
}

int privileges_no_core(const struct sandbox *sandbox, struct sandbox_note *note,
                       struct error *error)
{
    const struct rlimit none = {0, 0};

    (void)sandbox;
    if (setrlimit(RLIMIT_CORE, &none) < 0)
        return failed(error, "RLIMIT_CORE");
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return failed(error, "PR_SET_DUMPABLE");
    snprintf(note->text, sizeof(note->text), "none is written; nobody may attach to the process");
    return 1;
}

int privileges_no_new(const struct sandbox *sandbox, struct sandbox_note *note, struct error *error)
{
    (void)sandbox;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return failed(error, "PR_SET_NO_NEW_PRIVS");
    snprintf(note->text, sizeof(note->text), "no program that is started gains any");
    return 1;
}

int privileges_drop(const struct sandbox *sandbox, struct sandbox_note *note, struct error *error)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
    bool locked;

    (void)sandbox;
    if (syscall(SYS_capget, &header, data) < 0)
        return failed(error, "capget");
    locked = data[0].effective & 1u << CAP_SETPCAP;
    if (locked && prctl(PR_SET_SECUREBITS, LOCKED, 0, 0, 0) < 0)
        return failed(error, "PR_SET_SECUREBITS");
    if (syscall(SYS_capset, &header, none) < 0)
        return failed(error, "capset");
    snprintf(note->text, sizeof(note->text), "none is left%s",
             locked ? "; user 0 is a user like any other" : "");
    return 1;
}
