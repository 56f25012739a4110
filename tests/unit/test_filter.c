/* The seccomp filter: every call that a run needs is let through, every other one stops it. */
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/kvm.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/filter.h"
#include "sandbox/sandbox.h"
#include "suites.h"

/* Descriptors that stand for those of a machine and an output: calls on them fail, unless they are
 * stopped before. */
#define VM       200
#define VCPU     201
#define VCPU2    202
#define STATS_FD 203 /* and the next */
#define KVM      205

/* Streams. */
#define READ_FD  220
#define WRITE_FD 221
#define SYNC_FD  222
#define PEER     223
#define CHILD    4000001

/* Those of a committer. */
#define CHANNEL   210
#define COMMITTER 4000000

static const struct committer committer = {.process = COMMITTER, .channel = CHANNEL};

enum need { NOTHING, STATS, TIMERS, OUTPUTS, SNAPSHOTS, LOG, STREAMS, MACHINES, INPUT, TERMINAL };

static const struct call {
    const char *name;
    enum need need;
    long number;
    unsigned long arguments[6];
} allowed[] = {
    {"write to standard output", NOTHING, SYS_write, {1, 0, 0}},
    {"write to standard error", NOTHING, SYS_write, {2, 0, 0}},
    {"KVM_RUN", NOTHING, SYS_ioctl, {VCPU, KVM_RUN, 0}},
    {"KVM_RUN on the second machine", NOTHING, SYS_ioctl, {VCPU2, KVM_RUN, 0}},
    {"close", NOTHING, SYS_close, {VCPU}},
    {"brk", NOTHING, SYS_brk, {0}},
    {"mmap", NOTHING, SYS_mmap, {0, 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1ul, 0}},
    {"munmap", NOTHING, SYS_munmap, {4096, 4096}},
    {"mremap", NOTHING, SYS_mremap, {1, 4096, 4096, 0}},
    {"madvise", NOTHING, SYS_madvise, {1, 4096, MADV_DONTNEED}},
    {"clock_gettime", NOTHING, SYS_clock_gettime, {1, 0}},
    {"restart_syscall", NOTHING, SYS_restart_syscall, {0}},
    {"timer_delete", MACHINES, SYS_timer_delete, {99}},
    {"KVM_GET_XSAVE", SNAPSHOTS, SYS_ioctl, {VCPU, KVM_GET_XSAVE, 0}},
    {"KVM_SET_XSAVE", SNAPSHOTS, SYS_ioctl, {VCPU, KVM_SET_XSAVE, 0}},
    {"KVM_GET_XCRS", SNAPSHOTS, SYS_ioctl, {VCPU, KVM_GET_XCRS, 0}},
    {"KVM_SET_XCRS", SNAPSHOTS, SYS_ioctl, {VCPU, KVM_SET_XCRS, 0}},
    {"KVM_GET_MSRS", SNAPSHOTS, SYS_ioctl, {VCPU, KVM_GET_MSRS, 0}},
    {"KVM_SET_MSRS", SNAPSHOTS, SYS_ioctl, {VCPU, KVM_SET_MSRS, 0}},
    {"KVM_GET_DEBUGREGS", SNAPSHOTS, SYS_ioctl, {VCPU, KVM_GET_DEBUGREGS, 0}},
    {"KVM_SET_DEBUGREGS", SNAPSHOTS, SYS_ioctl, {VCPU2, KVM_SET_DEBUGREGS, 0}},
    {"KVM_GET_DIRTY_LOG", LOG, SYS_ioctl, {VM, KVM_GET_DIRTY_LOG, 0}},
    {"timer_settime", TIMERS, SYS_timer_settime, {99, 0, 0, 0}},
    {"time", TIMERS, SYS_time, {0}},
    {"pread64 of the VM's counters", STATS, SYS_pread64, {STATS_FD, 0, 0, 0}},
    {"pread64 of the vCPU's counters", STATS, SYS_pread64, {STATS_FD + 1, 0, 0, 0}},
    {"KVM_CREATE_VM", MACHINES, SYS_ioctl, {KVM, KVM_CREATE_VM, 0}},
    {"KVM_CREATE_VCPU", MACHINES, SYS_ioctl, {VM, KVM_CREATE_VCPU, 0}},
    {"KVM_RUN of any vCPU", MACHINES, SYS_ioctl, {VM, KVM_RUN, 0}},
    {"KVM_RESET_DIRTY_RINGS", MACHINES, SYS_ioctl, {VM, KVM_RESET_DIRTY_RINGS, 0}},
    {"mmap of a descriptor", MACHINES, SYS_mmap, {0, 4096, 3, MAP_SHARED, VCPU, 0}},
    {"mprotect to nothing", MACHINES, SYS_mprotect, {0, 0, PROT_NONE}},
    {"madvise of huge pages", MACHINES, SYS_madvise, {1, 4096, MADV_HUGEPAGE}},
    {"timer_create", MACHINES, SYS_timer_create, {99, 0, 0}},
    {"timer_settime of a machine", MACHINES, SYS_timer_settime, {99, 0, 0, 0}},
    {"rt_sigaction of SIGRTMIN", MACHINES, SYS_rt_sigaction, {34, 0, 0, 8}},
    {"rt_sigprocmask to unblock", MACHINES, SYS_rt_sigprocmask, {SIG_UNBLOCK, 0, 0, 8}},
    {"gettid", MACHINES, SYS_gettid, {0}},
    {"eventfd2", MACHINES, SYS_eventfd2, {0, 0xffff}},
    {"pread64 of any counters", MACHINES, SYS_pread64, {STATS_FD, 0, 0, 0}},
    {"read from standard input", INPUT, SYS_read, {0, 0, 0}},
    {"poll of one descriptor", TERMINAL, SYS_poll, {0, 1, 0}},
    {"modes of standard input", TERMINAL, SYS_ioctl, {0, 0x5401, 0}},
    {"modes of standard output", TERMINAL, SYS_ioctl, {1, 0x5401, 0}},
    {"other modes", TERMINAL, SYS_ioctl, {1, 0x5403, 0}},
    {"size of the terminal", TERMINAL, SYS_ioctl, {1, 0x5413, 0}},
    {"rt_sigaction of SIGTSTP", TERMINAL, SYS_rt_sigaction, {SIGTSTP, 0, 0, 8}},
    {"reading what is read", STREAMS, SYS_read, {READ_FD, 0, 0}},
    {"writing what is written", STREAMS, SYS_write, {WRITE_FD, 0, 0}},
    {"fdatasync", STREAMS, SYS_fdatasync, {SYNC_FD}},
    {"lseek", STREAMS, SYS_lseek, {SYNC_FD, 0, 0}},
    {"ftruncate", STREAMS, SYS_ftruncate, {SYNC_FD, 0}},
    {"waiting for the child", STREAMS, SYS_wait4, {CHILD, 0, 0, 0}},
    {"poll", STREAMS, SYS_poll, {0, 0, 0}},
    {"asking the committer", OUTPUTS, SYS_sendto, {CHANNEL, 0, 0, 0, 0, 0}},
    {"its answer", OUTPUTS, SYS_recvfrom, {CHANNEL, 0, 0, 0, 0, 0}},
    {"its end", OUTPUTS, SYS_wait4, {COMMITTER, 0, 0, 0}},
};

static const struct call refused[] = {
    {"write to a machine", NOTHING, SYS_write, {VCPU, 0, 0}},
    {"write to standard input", NOTHING, SYS_write, {0, 0, 0}},
    {"KVM_RUN on the VM", NOTHING, SYS_ioctl, {VM, KVM_RUN, 0}},
    {"KVM_GET_REGS", NOTHING, SYS_ioctl, {VCPU, KVM_GET_REGS, 0}},
    {"KVM_SET_XSAVE without need", NOTHING, SYS_ioctl, {VCPU, KVM_SET_XSAVE, 0}},
    {"KVM_SET_MSRS of another descriptor", SNAPSHOTS, SYS_ioctl, {VM, KVM_SET_MSRS, 0}},
    {"KVM_SET_SREGS for a snapshot", SNAPSHOTS, SYS_ioctl, {VCPU, KVM_SET_SREGS, 0}},
    {"receiving what is read", STREAMS, SYS_recvfrom, {READ_FD, 0, 0, 0, 0, 0}},
    {"reading another descriptor", STREAMS, SYS_read, {PEER, 0, 0}},
    {"connecting a socket", STREAMS, SYS_connect, {PEER, 0, 0}},
    {"another socket", STREAMS, SYS_socket, {1, 1, 0}},
    {"isatty of standard error", NOTHING, SYS_ioctl, {2, 0x5401, 0}},
    {"TIOCSTI on standard error", NOTHING, SYS_ioctl, {2, 0x5412, 0}},
    {"KVM_CREATE_VM", NOTHING, SYS_ioctl, {VCPU, KVM_CREATE_VM, 0}},
    {"mmap for execution", NOTHING, SYS_mmap, {0, 4096, 7, MAP_PRIVATE | MAP_ANONYMOUS, -1ul, 0}},
    {"mmap of shared memory", NOTHING, SYS_mmap, {0, 4096, 3, MAP_SHARED | MAP_ANONYMOUS, -1ul, 0}},
    {"mmap of a descriptor", NOTHING, SYS_mmap, {0, 4096, 3, MAP_SHARED, VCPU, 0}},
    {"mprotect", NOTHING, SYS_mprotect, {0, 0, 0}},
    {"read", NOTHING, SYS_read, {0, 0, 0}},
    {"openat", NOTHING, SYS_openat, {-100ul, 0, 0}},
    {"dup", NOTHING, SYS_dup, {1}},
    {"fcntl", NOTHING, SYS_fcntl, {1, F_GETFD}},
    {"prctl", NOTHING, SYS_prctl, {PR_GET_DUMPABLE}},
    {"clone", NOTHING, SYS_clone, {SIGCHLD, 0, 0, 0, 0}},
    {"ptrace", NOTHING, SYS_ptrace, {0, 0, 0, 0}},
    {"process_vm_writev", NOTHING, SYS_process_vm_writev, {0, 0, 0, 0, 0, 0}},
    {"rt_sigaction", NOTHING, SYS_rt_sigaction, {SIGSYS, 0, 0, 8}},
    {"timer_create", NOTHING, SYS_timer_create, {1, 0, 0}},
    {"timer_delete without need", NOTHING, SYS_timer_delete, {99}},
    {"seccomp", NOTHING, SYS_seccomp, {0, 0, 0}},
    {"io_uring_setup", NOTHING, 425, {1, 0}},
    {"bpf", NOTHING, SYS_bpf, {0, 0, 0}},
    {"a call of the x32 ABI", NOTHING, 0x40000000 | SYS_write, {1, 0, 0}},
    {"timer_settime without need", NOTHING, SYS_timer_settime, {99, 0, 0, 0}},
    {"KVM_GET_STATS_FD", STATS, SYS_ioctl, {VCPU, KVM_GET_STATS_FD, 0}},
    {"pread64 without need", NOTHING, SYS_pread64, {STATS_FD, 0, 0, 0}},
    {"pread64 of standard input", STATS, SYS_pread64, {0, 0, 0, 0}},
    {"pread64 of another descriptor", STATS, SYS_pread64, {STATS_FD + 2, 0, 0, 0}},
    {"KVM_CREATE_VM without need", NOTHING, SYS_ioctl, {KVM, KVM_CREATE_VM, 0}},
    {"KVM_GET_LAPIC of a machine", MACHINES, SYS_ioctl, {VCPU, KVM_GET_LAPIC, 0}},
    {"KVM_CREATE_IRQCHIP", MACHINES, SYS_ioctl, {VM, KVM_CREATE_IRQCHIP, 0}},
    {"TIOCSTI of a machine", MACHINES, SYS_ioctl, {2, 0x5412, 0}},
    {"mprotect for execution", MACHINES, SYS_mprotect, {0, 0, PROT_READ | PROT_EXEC}},
    {"mmap of code", MACHINES, SYS_mmap, {0, 4096, 5, MAP_SHARED, VCPU, 0}},
    {"pread64 of what is read", MACHINES, SYS_pread64, {0, 0, 0, 0}},
    {"rt_sigaction of SIGTERM by machines", MACHINES, SYS_rt_sigaction, {SIGTERM, 0, 0, 8}},
    {"rt_sigprocmask to block", MACHINES, SYS_rt_sigprocmask, {SIG_BLOCK, 0, 0, 8}},
    {"openat of machines", MACHINES, SYS_openat, {-100ul, 0, 0}},
    {"read from standard output", INPUT, SYS_read, {1, 0, 0}},
    {"poll without need", INPUT, SYS_poll, {0, 1, 0}},
    {"poll of many descriptors", TERMINAL, SYS_poll, {0, 2, 0}},
    {"modes of standard error", TERMINAL, SYS_ioctl, {2, 0x5403, 0}},
    {"modes of standard input that are others", TERMINAL, SYS_ioctl, {0, 0x5403, 0}},
    {"TIOCSTI on standard input", TERMINAL, SYS_ioctl, {0, 0x5412, 0}},
    {"TIOCSTI on standard output", TERMINAL, SYS_ioctl, {1, 0x5412, 0}},
    {"TIOCSWINSZ", TERMINAL, SYS_ioctl, {1, 0x5414, 0}},
    {"TIOCLINUX", TERMINAL, SYS_ioctl, {1, 0x541c, 0}},
    {"rt_sigaction of SIGSYS by a terminal", TERMINAL, SYS_rt_sigaction, {SIGSYS, 0, 0, 8}},
    {"kill of another process by SIGSTOP", TERMINAL, SYS_kill, {COMMITTER, SIGSTOP}},
    {"kill by SIGTERM", TERMINAL, SYS_kill, {0, SIGTERM}},
    {"read without need", TERMINAL, SYS_read, {0, 0, 0}},
    {"writing what is read", STREAMS, SYS_write, {READ_FD, 0, 0}},
    {"reading what is written", STREAMS, SYS_read, {WRITE_FD, 0, 0}},
    {"reading standard input", STREAMS, SYS_read, {0, 0, 0}},
    {"reading what is synced", STREAMS, SYS_read, {SYNC_FD, 0, 0}},
    {"fdatasync of what is written", STREAMS, SYS_fdatasync, {WRITE_FD}},
    {"lseek of what is read", STREAMS, SYS_lseek, {READ_FD, 0, 0}},
    {"ftruncate of what is written", STREAMS, SYS_ftruncate, {WRITE_FD, 0}},
    {"waiting for another child", STREAMS, SYS_wait4, {COMMITTER, 0, 0, 0}},
    {"fork of streams", STREAMS, SYS_clone, {SIGCHLD, 0, 0, 0, 0}},
    {"openat of streams", STREAMS, SYS_openat, {-100ul, 0, 0}},
    {"poll without need", NOTHING, SYS_poll, {0, 0, 0}},
    {"rename", OUTPUTS, SYS_rename, {0, 0}},
    {"renameat2", OUTPUTS, SYS_renameat2, {-100ul, 0, -100ul, 0, 0}},
    {"unlink", OUTPUTS, SYS_unlink, {0}},
    {"rt_sigaction of SIGTERM", OUTPUTS, SYS_rt_sigaction, {SIGTERM, 0, 0, 8}},
    {"kill", OUTPUTS, SYS_kill, {0, 0}},
    {"kill of the committer", OUTPUTS, SYS_kill, {COMMITTER, 0}},
    {"getpid", OUTPUTS, SYS_getpid, {0}},
    {"reading an output", OUTPUTS, SYS_read, {2, 0, 0}},
    {"reading from standard input", OUTPUTS, SYS_read, {0, 0, 0}},
    {"receiving from elsewhere", OUTPUTS, SYS_recvfrom, {2, 0, 0, 0, 0, 0}},
    {"sending elsewhere", OUTPUTS, SYS_sendto, {2, 0, 0, 0, 0, 0}},
    {"sending a descriptor", OUTPUTS, SYS_sendmsg, {CHANNEL, 0, 0}},
    {"waiting for another process", OUTPUTS, SYS_wait4, {-1ul, 0, 0, 0}},
    {"asking without need", NOTHING, SYS_sendto, {CHANNEL, 0, 0, 0, 0, 0}},
    {"an answer without need", NOTHING, SYS_recvfrom, {CHANNEL, 0, 0, 0, 0, 0}},
    {"waiting without need", NOTHING, SYS_wait4, {COMMITTER, 0, 0, 0}},
};

/* Makes the call under the filter and returns what waitpid() gives: 0 if it was let through. */
static int make_call(const struct call *call, const struct output *output)
{
    const unsigned long *a = call->arguments;
    const struct kernel_stats none = KERNEL_STATS_CLOSED, stats = {STATS_FD, STATS_FD + 1};
    struct sandbox sandbox = {
        .timers = call->need == TIMERS,
        .snapshots = call->need == SNAPSHOTS,
        .log_fd = call->need == LOG ? VM : 0,
        .makes_machines = call->need == MACHINES,
        .reads_input = call->need == INPUT,
        .has_terminal = call->need == TERMINAL,
        .kvm_fd = KVM,
    };
    struct sandbox_note note;
    struct error error;
    int status = -1;
    pid_t child;

    sandbox_add_machine(&sandbox, VCPU, NULL, call->need == STATS ? &stats : &none);
    sandbox_add_machine(&sandbox, VCPU2, NULL, &none);
    if (call->need == OUTPUTS)
        sandbox_add_output(&sandbox, output);
    if (call->need == STREAMS) {
        sandbox_add_stream(&sandbox, READ_FD, SANDBOX_READS);
        sandbox_add_stream(&sandbox, WRITE_FD, SANDBOX_WRITES);
        sandbox_add_stream(&sandbox, SYNC_FD, SANDBOX_SYNCS);
        sandbox.child = CHILD;
    }
    child = fork();
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL);
        if (sandbox_enter_layer(&sandbox, SANDBOX_NO_NEW_PRIVS, &note, &error) <= 0 ||
            sandbox_enter_layer(&sandbox, SANDBOX_SECCOMP, &note, &error) <= 0)
            _exit(9);
        syscall(call->number, a[0], a[1], a[2], a[3], a[4], a[5]);
        syscall(SYS_exit_group, 0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return status;
}

START_TEST(lets_through)
{
    const struct call *call = &allowed[_i];
    const struct output output = {.stream = stderr, .committer = committer};

    ck_assert_msg(make_call(call, &output) == 0, "%s was stopped", call->name);
}
END_TEST

START_TEST(refuses)
{
    const struct call *call = &refused[_i];
    const struct output output = {.stream = stderr, .committer = committer};
    int status = make_call(call, &output);

    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "%s: status 0x%x", call->name,
                  (unsigned)status);
}
END_TEST

/* What a filter answers to a call: the instructions of BPF that libseccomp writes, by
 * Documentation/networking/filter.rst. */
static uint32_t answer(const struct sock_filter *filter, size_t count,
                       const struct seccomp_data *call)
{
    uint32_t a = 0;

    for (size_t i = 0; i < count; i++) {
        const struct sock_filter *step = &filter[i];
        bool holds = false;

        switch (step->code) {
        case BPF_LD | BPF_W | BPF_ABS:
            memcpy(&a, (const char *)call + step->k, sizeof(a));
            continue;
        case BPF_ALU | BPF_AND | BPF_K:
            a &= step->k;
            continue;
        case BPF_RET | BPF_K:
            return step->k;
        case BPF_JMP | BPF_JEQ | BPF_K:
            holds = a == step->k;
            break;
        case BPF_JMP | BPF_JGT | BPF_K:
            holds = a > step->k;
            break;
        case BPF_JMP | BPF_JGE | BPF_K:
            holds = a >= step->k;
            break;
        default:
            ck_abort_msg("step %zu has code 0x%x", i, step->code);
        }
        i += holds ? step->jt : step->jf;
    }
    ck_abort_msg("the filter has no end");
}

/* Arguments that rules look at, and others. */
static const uint64_t arguments[] = {
    0,
    1,
    2,
    3,
    4,
    FILTER_PLAIN_VCPU,
    6,
    KVM_RUN,
    KVM_SET_SREGS,
    MAP_PRIVATE | MAP_ANONYMOUS,
    MAP_SHARED | MAP_ANONYMOUS,
    MAP_PRIVATE,
    UINT32_MAX,
    1ull << 32 | FILTER_PLAIN_VCPU,
};

#define ARGUMENTS (sizeof(arguments) / sizeof(arguments[0]))

#define NUMBERS     500
#define X32         0x40000000
#define X32_NUMBERS 20

/* What was made with the program answers as what libseccomp makes now. */
START_TEST(plain_filter_is_as_made)
{
    static const uint32_t machines[] = {AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, 0};
    static struct sock_filter made[1000];
    const struct kernel_stats none = KERNEL_STATS_CLOSED;
    struct sandbox plain = {0};
    scmp_filter_ctx filter;
    FILE *file = tmpfile();
    size_t count, let_through = 0;
    int result;

    sandbox_add_machine(&plain, FILTER_PLAIN_VCPU, NULL, &none);
    filter = filter_make(&plain, &result);
    ck_assert_ptr_nonnull(filter);
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(seccomp_export_bpf(filter, fileno(file)), 0);
    seccomp_release(filter);
    rewind(file);
    count = fread(made, sizeof(made[0]), 1000, file);
    fclose(file);
    ck_assert_uint_lt(filter_plain_count, count);
    for (unsigned i = 0; i < 3 * NUMBERS * ARGUMENTS; i++) {
        const int number = (int)(i / 3 % NUMBERS);
        struct seccomp_data call = {
            .arch = machines[i % 3],
            .nr = number < X32_NUMBERS ? X32 + number : number - X32_NUMBERS,
        };
        uint32_t expected;

        for (unsigned j = 0; j < ARGUMENTS * ARGUMENTS; j++) {
            call.args[0] = arguments[i / 3 / NUMBERS];
            call.args[1] = call.args[2] = arguments[j % ARGUMENTS];
            call.args[3] = arguments[j / ARGUMENTS];
            expected = answer(made, count, &call);
            if (answer(filter_plain, filter_plain_count, &call) != expected)
                ck_abort_msg(
                    "call %d of 0x%x, arguments 0x%llx, 0x%llx, ..., 0x%llx: expected 0x%x",
                    call.nr, call.arch, call.args[0], call.args[1], call.args[3], expected);
            let_through += expected == SECCOMP_RET_ALLOW;
        }
    }
    ck_assert_uint_gt(let_through, 0);
}
END_TEST

/* Whether a run with this sandbox is let in by the plain filter. */
static bool enters_plain(const struct sandbox *sandbox)
{
    struct sandbox_note note;
    struct error error;
    int status = -1;
    const pid_t child = fork();

    if (child == 0) {
        if (sandbox_enter_layer(sandbox, SANDBOX_NO_NEW_PRIVS, &note, &error) <= 0 ||
            sandbox_enter_layer(sandbox, SANDBOX_SECCOMP, &note, &error) <= 0)
            _exit(9);
        syscall(SYS_exit_group, strstr(note.text, "plain") ? 1 : 0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
    return WEXITSTATUS(status);
}

/* Each thing more that a run needs takes another filter. */
START_TEST(plain_filter_is_for_plain_runs)
{
    const struct kernel_stats none = KERNEL_STATS_CLOSED, vm = {STATS_FD, -1},
                              vcpu = {-1, STATS_FD};
    const struct output output = {.stream = stderr};
    struct sandbox plain = {0}, more;

    sandbox_add_machine(&plain, FILTER_PLAIN_VCPU, NULL, &none);
    ck_assert(enters_plain(&plain));
    more = plain;
    more.machines[0].vcpu_fd = VCPU;
    ck_assert(!enters_plain(&more));
    more = plain;
    more.machines[0].stats = vm;
    ck_assert(!enters_plain(&more));
    more.machines[0].stats = vcpu;
    ck_assert(!enters_plain(&more));
    more = plain;
    sandbox_add_machine(&more, VCPU2, NULL, &none);
    ck_assert(!enters_plain(&more));
    more = plain;
    sandbox_add_output(&more, &output);
    ck_assert(!enters_plain(&more));
    more = plain;
    more.timers = true;
    ck_assert(!enters_plain(&more));
    more = plain;
    more.snapshots = true;
    ck_assert(!enters_plain(&more));
    more = plain;
    more.log_fd = VM;
    ck_assert(!enters_plain(&more));
    more = plain;
    more.makes_machines = true;
    ck_assert(!enters_plain(&more));
    more = plain;
    more.reads_input = true;
    ck_assert(!enters_plain(&more));
    more = plain;
    more.has_terminal = true;
    ck_assert(!enters_plain(&more));
    more = plain;
    more.child = CHILD;
    ck_assert(!enters_plain(&more));
    more = plain;
    sandbox_add_stream(&more, READ_FD, SANDBOX_READS);
    ck_assert(!enters_plain(&more));
}
END_TEST

/* An output is written to by its own descriptor. */
START_TEST(lets_output_through)
{
    FILE *stream = tmpfile();
    struct output output = {.stream = stream};
    struct call call = {"write to an output", OUTPUTS, SYS_write, {0, 0, 0}};
    const struct call asking = {"asking nobody", OUTPUTS, SYS_sendto, {0, 0, 0, 0, 0, 0}};

    ck_assert_ptr_nonnull(stream);
    call.arguments[0] = (unsigned long)fileno(stream);
    ck_assert_int_eq(make_call(&call, &output), 0);
    /* Without a committer there is nobody to ask. */
    ck_assert(WIFSIGNALED(make_call(&asking, &output)));
    call.need = NOTHING;
    ck_assert(WIFSIGNALED(make_call(&call, &output)));
    fclose(stream);
}
END_TEST

/* With its frame destroyed rt_sigreturn ends in SIGSEGV, stopped it ends in SIGSYS. */
START_TEST(lets_handlers_return)
{
    const struct call call = {"rt_sigreturn", NOTHING, SYS_rt_sigreturn, {0}};
    int status = make_call(&call, NULL);

    ck_assert(!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS);
}
END_TEST

Suite *suite_filter(void)
{
    Suite *suite = suite_create("filter");
    TCase *calls = tcase_create("calls");

    tcase_add_loop_test(calls, lets_through, 0, (int)(sizeof(allowed) / sizeof(allowed[0])));
    tcase_add_loop_test(calls, refuses, 0, (int)(sizeof(refused) / sizeof(refused[0])));
    tcase_add_test(calls, plain_filter_is_as_made);
    tcase_add_test(calls, plain_filter_is_for_plain_runs);
    tcase_add_test(calls, lets_output_through);
    tcase_add_test(calls, lets_handlers_return);
    suite_add_tcase(suite, calls);
    return suite;
}
