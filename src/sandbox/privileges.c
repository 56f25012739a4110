/* Privileges that a run does without: none to gain, no capability, no core dump. */
#include "sandbox/privileges.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

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

/* Putting a file into a directory of somebody else takes these; nothing else does. */
static uint32_t needed(const struct sandbox *sandbox)
{
    const uint32_t both = 1u << CAP_DAC_OVERRIDE | 1u << CAP_FOWNER;
    bool foreign = false;

    for (size_t i = 0; i < sandbox->output_count; i++) {
        int fd = sandbox->outputs[i]->temporary ? sandbox_open_directory(sandbox->outputs[i]) : -1;
        struct stat status;

        if (fd < 0)
            continue;
        foreign |= fstat(fd, &status) == 0 && status.st_uid != geteuid();
        close(fd);
    }
    return foreign ? both : 0;
}

int privileges_drop(const struct sandbox *sandbox, struct sandbox_note *note, struct error *error)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
    bool bounded;
    const uint32_t keep = needed(sandbox);

    if (syscall(SYS_capget, &header, data) < 0)
        return failed(error, "capget");
    bounded = data[0].effective & 1u << CAP_SETPCAP;
    for (unsigned long i = 0; bounded && prctl(PR_CAPBSET_DROP, i, 0, 0, 0) == 0; i++)
        continue;
    none[0].permitted = none[0].effective = data[0].permitted & keep;
    if (syscall(SYS_capset, &header, none) < 0)
        return failed(error, "capset");
    snprintf(note->text, sizeof(note->text), "%s%s",
             none[0].permitted ? "all dropped but CAP_DAC_OVERRIDE and CAP_FOWNER, for a file in "
                                 "another user's directory"
                               : "none is left",
             bounded ? ", the bounding set is empty" : "");
    return 1;
}
