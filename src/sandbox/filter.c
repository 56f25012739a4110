/* The seccomp filter: which system calls a run may make, with which arguments. */
#include "sandbox/filter.h"

#include <asm/ioctls.h>
#include <errno.h>
#include <linux/kvm.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/coverage.h"
#include "vmm/watchdog.h"

#define ARGUMENTS 3

#define IS(number, value)                                                                          \
    {                                                                                              \
        number, SCMP_CMP_MASKED_EQ, UINT32_MAX, (uint32_t)(value)                                  \
    }
#define HAS(number, mask, value)                                                                   \
    {                                                                                              \
        number, SCMP_CMP_MASKED_EQ, mask, value                                                    \
    }

/* When a rule is there: for what the run needs. Without the others it is a plain run. */
enum need {
    ALWAYS,
    TIMERS,
    STREAMS,
    CHILD,
    INPUT,
    TERMINAL,
    OUTPUTS,
    SNAPSHOTS,
    LOG,
    MACHINES,
    NEEDS,
};

struct rule {
    enum need need;
    int call;
    unsigned count; /* of arguments that are looked at */
    struct scmp_arg_cmp arguments[ARGUMENTS];
};

/* What every run needs beside its own descriptors, which add_machines() and add_outputs() allow. */
static const struct rule rules[] = {
    {ALWAYS, SCMP_SYS(write), 1, {IS(0, STDOUT_FILENO)}},
    {ALWAYS, SCMP_SYS(write), 1, {IS(0, STDERR_FILENO)}},
    {ALWAYS, SCMP_SYS(close), 0, {{0}}},
    {ALWAYS, SCMP_SYS(brk), 0, {{0}}},
    {ALWAYS,
     SCMP_SYS(mmap),
     2,
     {IS(2, PROT_READ | PROT_WRITE),
      HAS(3, MAP_TYPE | MAP_ANONYMOUS, MAP_PRIVATE | MAP_ANONYMOUS)}},
    {ALWAYS, SCMP_SYS(munmap), 0, {{0}}},
    {ALWAYS, SCMP_SYS(mremap), 0, {{0}}},
    {ALWAYS, SCMP_SYS(madvise), 1, {IS(2, MADV_DONTNEED)}},
    {ALWAYS, SCMP_SYS(clock_gettime), 0, {{0}}},
    {ALWAYS, SCMP_SYS(rt_sigreturn), 0, {{0}}},
    {ALWAYS, SCMP_SYS(restart_syscall), 0, {{0}}},
    {ALWAYS, SCMP_SYS(exit_group), 0, {{0}}},
#if defined(__SANITIZE_ADDRESS__)
    /* It asks where the stacks are when the time limit leaves an engine by siglongjmp(). */
    {ALWAYS, SCMP_SYS(sigaltstack), 1, {{0, SCMP_CMP_EQ, 0, 0}}},
#endif
    {TIMERS, SCMP_SYS(timer_settime), 0, {{0}}},
    {TIMERS, SCMP_SYS(time), 0, {{0}}},
    {STREAMS, SCMP_SYS(poll), 0, {{0}}},
    {INPUT, SCMP_SYS(read), 1, {IS(0, STDIN_FILENO)}},
    {TERMINAL, SCMP_SYS(poll), 1, {IS(1, 1)}},
    {TERMINAL, SCMP_SYS(ioctl), 2, {IS(0, STDIN_FILENO), IS(1, TCGETS)}},
    {TERMINAL, SCMP_SYS(ioctl), 2, {IS(0, STDOUT_FILENO), IS(1, TCGETS)}},
    {TERMINAL, SCMP_SYS(ioctl), 2, {IS(0, STDOUT_FILENO), IS(1, TCSETSW)}},
    {TERMINAL, SCMP_SYS(ioctl), 2, {IS(0, STDOUT_FILENO), IS(1, TIOCGWINSZ)}},
    {TERMINAL, SCMP_SYS(rt_sigaction), 1, {IS(0, SIGTSTP)}}, /* doupdate() of ncurses */
    {MACHINES, SCMP_SYS(timer_create), 0, {{0}}},
    {MACHINES, SCMP_SYS(timer_delete), 0, {{0}}},
    {MACHINES, SCMP_SYS(timer_settime), 0, {{0}}},
    {MACHINES, SCMP_SYS(gettid), 0, {{0}}},
    {MACHINES, SCMP_SYS(sysinfo), 0, {{0}}}, /* qsort() of glibc before 2.37 */
    {MACHINES, SCMP_SYS(rt_sigprocmask), 1, {IS(0, SIG_UNBLOCK)}},
    {MACHINES, SCMP_SYS(eventfd2), 0, {{0}}},
    {MACHINES,
     SCMP_SYS(mmap),
     2,
     {IS(2, PROT_READ | PROT_WRITE), HAS(3, MAP_TYPE | MAP_ANONYMOUS, MAP_SHARED)}},
    {MACHINES, SCMP_SYS(mprotect), 1, {IS(2, PROT_NONE)}},
    {MACHINES, SCMP_SYS(madvise), 1, {IS(2, MADV_DONTDUMP)}},
    {MACHINES, SCMP_SYS(madvise), 1, {IS(2, MADV_HUGEPAGE)}},
    {MACHINES, SCMP_SYS(madvise), 1, {IS(2, MADV_NOHUGEPAGE)}},
    {MACHINES, SCMP_SYS(pread64), 1, {{0, SCMP_CMP_GT, STDERR_FILENO, 0}}},
};

/* What makes machines and runs their guests beyond KVM_RUN, on any descriptor; which of them they
 * have is not known beforehand, but there are no others. The last four are of /dev/kvm. */
static const unsigned long machine_requests[] = {
    KVM_CREATE_VCPU,        KVM_ENABLE_CAP,
    KVM_GET_DIRTY_LOG,      KVM_GET_SREGS,
    KVM_GET_STATS_FD,       KVM_GET_TSC_KHZ,
    KVM_IOEVENTFD,          KVM_REGISTER_COALESCED_MMIO,
    KVM_RESET_DIRTY_RINGS,  KVM_SET_CPUID2,
    KVM_SET_GUEST_DEBUG,    KVM_SET_MP_STATE,
    KVM_SET_SREGS,          KVM_SET_USER_MEMORY_REGION,
    KVM_CLEAR_DIRTY_LOG,    KVM_GET_REGS,
    KVM_SET_REGS,           KVM_GET_XSAVE,
    KVM_SET_XSAVE,          KVM_GET_XCRS,
    KVM_SET_XCRS,           KVM_GET_DEBUGREGS,
    KVM_SET_DEBUGREGS,      KVM_GET_VCPU_EVENTS,
    KVM_SET_VCPU_EVENTS,    KVM_CHECK_EXTENSION,
    KVM_CREATE_VM,          KVM_GET_SUPPORTED_CPUID,
    KVM_GET_VCPU_MMAP_SIZE,
};

/* What a snapshot takes and puts beside what struct kvm_run has, on the vCPUs of the machines. */
static const unsigned long snapshot_requests[] = {
    KVM_GET_XSAVE, KVM_SET_XSAVE, KVM_GET_XCRS,      KVM_SET_XCRS,
    KVM_GET_MSRS,  KVM_SET_MSRS,  KVM_GET_DEBUGREGS, KVM_SET_DEBUGREGS,
};

static bool is_needed(const struct sandbox *sandbox, enum need need)
{
    switch (need) {
    case MACHINES:
        return sandbox->makes_machines;
    case TIMERS:
        return sandbox->timers;
    case STREAMS:
        return sandbox->stream_count > 0;
    case CHILD:
        return sandbox->child != 0;
    case INPUT:
        return sandbox->reads_input;
    case TERMINAL:
        return sandbox->has_terminal;
    case OUTPUTS:
        return sandbox->output_count > 0;
    case SNAPSHOTS:
        return sandbox->snapshots;
    case LOG:
        return sandbox->log_fd != 0;
    case ALWAYS:
    case NEEDS:
        break;
    }
    return true;
}

static int allow(scmp_filter_ctx filter, const struct rule *rule)
{
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, rule->call, rule->count, rule->arguments);
}

static int allow_request(scmp_filter_ctx filter, int fd, unsigned long request)
{
    const struct rule rule = {ALWAYS, SCMP_SYS(ioctl), 2, {IS(0, fd), IS(1, request)}};

    return allow(filter, &rule);
}

static int allow_snapshots(scmp_filter_ctx filter, int fd)
{
    int result = 0;

    for (size_t i = 0; i < sizeof(snapshot_requests) / sizeof(snapshot_requests[0]) && result == 0;
         i++)
        result = allow_request(filter, fd, snapshot_requests[i]);
    return result;
}

/* Nothing for a descriptor that is not open. */
static int allow_pread(scmp_filter_ctx filter, int fd)
{
    const struct rule rule = {ALWAYS, SCMP_SYS(pread64), 1, {IS(0, fd)}};

    return fd < 0 ? 0 : allow(filter, &rule);
}

static int allow_requests(scmp_filter_ctx filter)
{
    const struct rule run = {MACHINES, SCMP_SYS(ioctl), 1, {IS(1, KVM_RUN)}};
    int result = allow(filter, &run);

    for (int i = 0; i < WATCHDOG_SIGNALS && result == 0; i++) {
        const struct rule rule = {MACHINES, SCMP_SYS(rt_sigaction), 1, {IS(0, SIGRTMIN + i)}};

        result = allow(filter, &rule);
    }
    for (size_t i = 0; i < sizeof(machine_requests) / sizeof(machine_requests[0]) && result == 0;
         i++) {
        const struct rule rule = {MACHINES, SCMP_SYS(ioctl), 1, {IS(1, machine_requests[i])}};

        result = allow(filter, &rule);
    }
    return result;
}

static int add_machines(scmp_filter_ctx filter, const struct sandbox *sandbox)
{
    int result = is_needed(sandbox, MACHINES) ? allow_requests(filter) : 0;

    for (size_t i = 0; i < sandbox->machine_count && result == 0; i++) {
        result = allow_request(filter, sandbox->machines[i].vcpu_fd, KVM_RUN);
        if (result == 0 && is_needed(sandbox, SNAPSHOTS))
            result = allow_snapshots(filter, sandbox->machines[i].vcpu_fd);
        if (result == 0)
            result = allow_pread(filter, sandbox->machines[i].stats.vm_fd);
        if (result == 0)
            result = allow_pread(filter, sandbox->machines[i].stats.vcpu_fd);
    }
    if (result == 0 && is_needed(sandbox, LOG))
        result = allow_request(filter, sandbox->log_fd, KVM_GET_DIRTY_LOG);
    return result;
}

static int allow_on(scmp_filter_ctx filter, int call, int number)
{
    const struct rule rule = {ALWAYS, call, 1, {IS(0, number)}};

    return allow(filter, &rule);
}

/* Writing to an output, and asking its committer, which is waited for at the end. */
static int add_output(scmp_filter_ctx filter, const struct output *output)
{
    const struct committer *committer = &output->committer;
    int result = allow_on(filter, SCMP_SYS(write), fileno(output->stream));

    if (committer->process == 0)
        return result;
    if (result == 0)
        result = allow_on(filter, SCMP_SYS(sendto), committer->channel);
    if (result == 0)
        result = allow_on(filter, SCMP_SYS(recvfrom), committer->channel);
    if (result == 0)
        result = allow_on(filter, SCMP_SYS(wait4), committer->process);
    return result;
}

static int add_outputs(scmp_filter_ctx filter, const struct sandbox *sandbox)
{
    int result = 0;

    for (size_t i = 0; i < sandbox->output_count && result == 0; i++)
        result = add_output(filter, sandbox->outputs[i]);
    return result;
}

/* To stop itself, for the shell that has asked for it. */
static int allow_stop(scmp_filter_ctx filter)
{
    const struct rule rule = {TERMINAL, SCMP_SYS(kill), 2, {IS(0, getpid()), IS(1, SIGSTOP)}};

    return allow(filter, &rule);
}

static int add_streams(scmp_filter_ctx filter, const struct sandbox *sandbox)
{
    static const struct {
        int use, call;
    } uses[] = {
        {SANDBOX_READS, SCMP_SYS(read)},      {SANDBOX_WRITES, SCMP_SYS(write)},
        {SANDBOX_SYNCS, SCMP_SYS(fdatasync)}, {SANDBOX_SYNCS, SCMP_SYS(lseek)},
        {SANDBOX_SYNCS, SCMP_SYS(ftruncate)},
    };
    int result = 0;

    for (size_t i = 0; i < sandbox->stream_count && result == 0; i++)
        for (size_t use = 0; use < sizeof(uses) / sizeof(uses[0]) && result == 0; use++)
            if (sandbox->streams[i].uses & uses[use].use)
                result = allow_on(filter, uses[use].call, sandbox->streams[i].fd);
    if (is_needed(sandbox, CHILD) && result == 0)
        result = allow_on(filter, SCMP_SYS(wait4), sandbox->child);
    return result;
}

static int build(scmp_filter_ctx filter, const struct sandbox *sandbox)
{
    /* no_new_privs is a layer of its own. */
    int result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0);

    if (result == 0)
        result = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    /* The kernel's own errors, of which a kernel without filters has one. */
    if (result == 0)
        result = seccomp_attr_set(filter, SCMP_FLTATR_API_SYSRAWRC, 1);
    /* The call that is made most comes first. */
    if (result == 0)
        result = seccomp_syscall_priority(filter, SCMP_SYS(ioctl), UINT8_MAX);
    if (result == 0)
        result = add_machines(filter, sandbox);
    if (result == 0)
        result = add_outputs(filter, sandbox);
    if (result == 0 && is_needed(sandbox, TERMINAL))
        result = allow_stop(filter);
    if (result == 0)
        result = add_streams(filter, sandbox);
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]) && result == 0; i++)
        if (is_needed(sandbox, rules[i].need))
            result = allow(filter, &rules[i]);
    return result;
}

/* Asks without a filter: a kernel that takes some finds none at that address (seccomp(2), EFAULT).
 */
static bool takes_filters(void)
{
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) == 0 || errno != EINVAL;
}

scmp_filter_ctx filter_make(const struct sandbox *sandbox, int *result)
{
    scmp_filter_ctx filter;

    /* Giving libseccomp its level saves nine calls that find it out: 3, Linux 4.14, is what the
     * filter wants, and 1 has it loaded by prctl(). */
    seccomp_api_set(3);
    filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    *result = filter ? build(filter, sandbox) : -ENOMEM;
    seccomp_api_set(1);
    if (*result == 0)
        return filter;
    seccomp_release(filter);
    return NULL;
}

static bool is_plain(const struct sandbox *sandbox)
{
    const struct kernel_stats *stats = &sandbox->machines[0].stats;

    for (int need = ALWAYS + 1; need < NEEDS; need++)
        if (is_needed(sandbox, (enum need)need))
            return false;
    return sandbox->machine_count == 1 && sandbox->machines[0].vcpu_fd == FILTER_PLAIN_VCPU &&
           stats->vm_fd < 0 && stats->vcpu_fd < 0;
}

static int load_plain(void)
{
    const struct sock_fprog program = {
        .len = filter_plain_count,
        .filter = (struct sock_filter *)(uintptr_t)filter_plain,
    };

    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0 ? -errno : 0;
}

static int load(const struct sandbox *sandbox)
{
    int result;
    scmp_filter_ctx filter = filter_make(sandbox, &result);

    if (filter)
        result = seccomp_load(filter);
    seccomp_release(filter);
    return result;
}

int filter_enter(const struct sandbox *sandbox, struct sandbox_note *note, struct error *error)
{
    const bool plain = is_plain(sandbox);
    int result;

    coverage_write();
    result = plain ? load_plain() : load(sandbox);
    if (result == 0) {
        snprintf(note->text, sizeof(note->text),
                 "allows what the run needs%s; another system call ends the process by SIGSYS",
                 plain ? " (the plain filter)" : "");
        return 1;
    }
    if (result == -EINVAL && !takes_filters()) {
        snprintf(note->text, sizeof(note->text),
                 "this kernel takes no filters (CONFIG_SECCOMP_FILTER)");
        return 0;
    }
    return error_set(error, STATUS_SYSTEM, -result,
                     "sandbox: seccomp: %s; --sandbox=off goes without the sandbox",
                     strerror(-result));
}
