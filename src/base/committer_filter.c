/* What the process that looks after a file may still do. */
#include "base/committer_filter.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/coverage.h"
#include "base/place.h"

/* To make a file in a folder of another user, and to give it the owner and mode of another one. */
#define KEPT (1u << CAP_CHOWN | 1u << CAP_DAC_OVERRIDE | 1u << CAP_FOWNER | 1u << CAP_FSETID)

#define IS(number, value)                                                                          \
    {                                                                                              \
        number, SCMP_CMP_MASKED_EQ, UINT32_MAX, (uint32_t)(value)                                  \
    }

/* No file can be opened but one that is made by that; the channel is standard input. */
static const struct rule {
    int call;
    unsigned count;
    struct scmp_arg_cmp argument;
} rules[] = {
    {SCMP_SYS(recvfrom), 1, IS(0, STDIN_FILENO)},
    {SCMP_SYS(sendto), 1, IS(0, STDIN_FILENO)},
    {SCMP_SYS(rename), 0, {0}},
    {SCMP_SYS(unlink), 0, {0}},
    {SCMP_SYS(newfstatat), 0, {0}},
    {SCMP_SYS(getrandom), 0, {0}},
    {SCMP_SYS(openat), 1, IS(2, PLACE_FLAGS)},
    {SCMP_SYS(fchown), 0, {0}},
    {SCMP_SYS(fchmod), 0, {0}},
    {SCMP_SYS(lgetxattr), 0, {0}},
    {SCMP_SYS(fsetxattr), 0, {0}},
    {SCMP_SYS(pread64), 0, {0}},
    {SCMP_SYS(write), 0, {0}},
    {SCMP_SYS(fsync), 0, {0}},
    {SCMP_SYS(ftruncate), 0, {0}},
    {SCMP_SYS(lseek), 0, {0}},
    {SCMP_SYS(close), 0, {0}},
    {SCMP_SYS(exit_group), 0, {0}},
#ifdef __SANITIZE_ADDRESS__ /* looks at its stacks before _exit() */
    {SCMP_SYS(sigaltstack), 0, {0}},
#endif
};

static bool drop_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    struct __user_cap_data_struct kept[_LINUX_CAPABILITY_U32S_3] = {0};

    if (syscall(SYS_capget, &header, data) < 0)
        return false;
    kept[0].permitted = data[0].permitted & KEPT;
    kept[0].effective = data[0].effective & KEPT;
    return syscall(SYS_capset, &header, kept) == 0;
}

/* As in src/sandbox/filter.c, like the levels below. */
static bool takes_filters(void)
{
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) == 0 || errno != EINVAL;
}

static bool enter_filter(void)
{
    scmp_filter_ctx filter;
    bool good;

    seccomp_api_set(3);
    filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    good = filter && seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0) == 0 &&
           seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0;
    for (size_t i = 0; good && i < sizeof(rules) / sizeof(rules[0]); i++)
        good = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, rules[i].call, rules[i].count,
                                      &rules[i].argument) == 0;
    seccomp_api_set(1);
    coverage_write();
    good = good && seccomp_load(filter) == 0;
    return good;
}

int committer_filter_enter(void)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || !drop_capabilities())
        return -EPERM;
    return enter_filter() || !takes_filters() ? 0 : -EPERM;
}
