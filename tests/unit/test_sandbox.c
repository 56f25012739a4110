/* The sandbox: every call that a run needs is let through, every other one and every layer stops.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/attempts.h"
#include "sandbox/landlock.h"
#include "sandbox/sandbox.h"
#include "suites.h"

/* Descriptors that stand for those of a machine and an output: calls on them fail, unless they are
 * stopped before. */
#define VM       200
#define VCPU     201
#define VCPU2    202
#define STATS_FD 203 /* and the next */

enum need { NOTHING, STATS, TIMERS, OUTPUTS };

static const struct call {
    const char *name;
    enum need need;
    long number;
    unsigned long arguments[6];
} allowed[] = {
    {"write to standard output", NOTHING, SYS_write, {1, 0, 0}},
    {"write to standard error", NOTHING, SYS_write, {2, 0, 0}},
    {"isatty of standard error", NOTHING, SYS_ioctl, {2, 0x5401, 0}},
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
    {"timer_delete", NOTHING, SYS_timer_delete, {99}},
    {"timer_settime", TIMERS, SYS_timer_settime, {99, 0, 0, 0}},
    {"time", TIMERS, SYS_time, {0}},
    {"pread64 of the VM's counters", STATS, SYS_pread64, {STATS_FD, 0, 0, 0}},
    {"pread64 of the vCPU's counters", STATS, SYS_pread64, {STATS_FD + 1, 0, 0, 0}},
    {"rename", OUTPUTS, SYS_rename, {0, 0}},
    {"unlink", OUTPUTS, SYS_unlink, {0}},
    {"getpid", OUTPUTS, SYS_getpid, {0}},
    {"rt_sigaction of SIGTERM", OUTPUTS, SYS_rt_sigaction, {SIGTERM, 0, 0, 8}},
};

static const struct call refused[] = {
    {"write to a machine", NOTHING, SYS_write, {VCPU, 0, 0}},
    {"write to standard input", NOTHING, SYS_write, {0, 0, 0}},
    {"KVM_RUN on the VM", NOTHING, SYS_ioctl, {VM, KVM_RUN, 0}},
    {"KVM_GET_REGS", NOTHING, SYS_ioctl, {VCPU, KVM_GET_REGS, 0}},
    {"isatty of standard input", NOTHING, SYS_ioctl, {0, 0x5401, 0}},
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
    {"seccomp", NOTHING, SYS_seccomp, {0, 0, 0}},
    {"io_uring_setup", NOTHING, 425, {1, 0}},
    {"bpf", NOTHING, SYS_bpf, {0, 0, 0}},
    {"a call of the x32 ABI", NOTHING, 0x40000000 | SYS_write, {1, 0, 0}},
    {"timer_settime without need", NOTHING, SYS_timer_settime, {99, 0, 0, 0}},
    {"KVM_GET_STATS_FD", STATS, SYS_ioctl, {VCPU, KVM_GET_STATS_FD, 0}},
    {"pread64 without need", NOTHING, SYS_pread64, {STATS_FD, 0, 0, 0}},
    {"pread64 of standard input", STATS, SYS_pread64, {0, 0, 0, 0}},
    {"pread64 of another descriptor", STATS, SYS_pread64, {STATS_FD + 2, 0, 0, 0}},
    {"rename without need", NOTHING, SYS_rename, {0, 0}},
    {"unlink without need", NOTHING, SYS_unlink, {0}},
    {"rt_sigaction of SIGTERM without need", NOTHING, SYS_rt_sigaction, {SIGTERM, 0, 0, 8}},
    {"rt_sigaction of SIGALRM", OUTPUTS, SYS_rt_sigaction, {SIGALRM, 0, 0, 8}},
    {"kill of another process", OUTPUTS, SYS_kill, {0, 0}},
};

/* Makes the call behind the filter and returns what waitpid() tells: 0 if it was let through. */
static int make_call(const struct call *call, const struct output *output)
{
    const unsigned long *a = call->arguments;
    const struct kernel_stats none = KERNEL_STATS_CLOSED, stats = {STATS_FD, STATS_FD + 1};
    struct sandbox sandbox = {.timers = call->need == TIMERS};
    struct sandbox_note note;
    struct error error;
    int status = -1;
    pid_t child;

    sandbox_add_machine(&sandbox, VCPU, NULL, call->need == STATS ? &stats : &none);
    sandbox_add_machine(&sandbox, VCPU2, NULL, &none);
    if (call->need == OUTPUTS)
        sandbox_add_output(&sandbox, output);
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
    const struct output output = {.stream = stderr};

    ck_assert_msg(make_call(call, &output) == 0, "%s was stopped", call->name);
}
END_TEST

START_TEST(refuses)
{
    const struct call *call = &refused[_i];
    const struct output output = {.stream = stderr};
    int status = make_call(call, &output);

    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "%s: status 0x%x", call->name,
                  (unsigned)status);
}
END_TEST

/* An output is written to by its own descriptor. */
START_TEST(lets_output_through)
{
    FILE *stream = tmpfile();
    struct output output = {.stream = stream};
    struct call call = {"write to an output", OUTPUTS, SYS_write, {0, 0, 0}};

    ck_assert_ptr_nonnull(stream);
    call.arguments[0] = (unsigned long)fileno(stream);
    ck_assert_int_eq(make_call(&call, &output), 0);
    call.need = NOTHING;
    ck_assert(WIFSIGNALED(make_call(&call, &output)));
    fclose(stream);
}
END_TEST

/* A signal that ends the process is sent on, once the files are removed. */
START_TEST(lets_signals_end_it)
{
    FILE *stream = tmpfile();
    const struct output output = {.stream = stream};
    int status;
    pid_t child;

    ck_assert_ptr_nonnull(stream);
    child = fork();
    if (child == 0) {
        struct sandbox sandbox = {0};
        struct sandbox_note note;
        struct error error;

        signal(SIGTERM, SIG_DFL);
        sandbox_add_output(&sandbox, &output);
        if (sandbox_enter_layer(&sandbox, SANDBOX_NO_NEW_PRIVS, &note, &error) <= 0 ||
            sandbox_enter_layer(&sandbox, SANDBOX_SECCOMP, &note, &error) <= 0)
            _exit(9);
        kill(getpid(), SIGTERM);
        syscall(SYS_exit_group, 8);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM, "status 0x%x",
                  (unsigned)status);
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

START_TEST(attempts_each_layer)
{
    static struct attempt_result list[ATTEMPTS_MAX];
    size_t count = attempts_all(list);
    bool seen[SANDBOX_LAYERS] = {false};

    for (size_t i = 0; i < count; i++) {
        seen[list[i].layer] = true;
        ck_assert_msg(list[i].verdict != ATTEMPT_BROKEN, "%s: %s: %s",
                      sandbox_layer_names[list[i].layer], list[i].act, list[i].with);
        if (list[i].layer == SANDBOX_LANDLOCK && landlock_abi() > 0)
            ck_assert(list[i].verdict != ATTEMPT_ABSENT);
    }
    for (int layer = 0; layer < SANDBOX_LAYERS; layer++)
        ck_assert_msg(seen[layer], "no attempt on %s", sandbox_layer_names[layer]);
}
END_TEST

/* All layers together, as a run enters them: each has left its mark. */
START_TEST(enters_all)
{
    const char *path = "/proc/thread-self/status";
    int status = -1;
    pid_t child = fork();

    if (child == 0) {
        struct sandbox sandbox = {.seconds = 60};
        char text[4096] = "";
        struct error error;
        int fd = open(path, O_RDONLY);

        /* What a run reads of its own counters, this one reads of itself. */
        sandbox_add_machine(&sandbox, -1, NULL, &(struct kernel_stats){fd, -1});
        if (fd < 0 || sandbox_enter(&sandbox, SANDBOX_ON, stderr, &error) < 0)
            _exit(9);
        if (pread(fd, text, sizeof(text) - 1, 0) <= 0)
            text[0] = '\0';
        /* Not _exit(), before which AddressSanitizer asks for the stack. */
        syscall(SYS_exit_group, !strstr(text, "NoNewPrivs:\t1") || !strstr(text, "Seccomp:\t2") ||
                                        !strstr(text, "CapPrm:\t0000000000000000") ||
                                        !strstr(text, "CapEff:\t0000000000000000") ||
                                        !strstr(text, "CapInh:\t0000000000000000") ||
                                        !strstr(text, "CapAmb:\t0000000000000000")
                                    ? 8
                                    : 0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}
END_TEST

/* Root without capabilities gets none back by executing a program, either. */
START_TEST(locks_root_out)
{
    int status = -1;
    pid_t child;

    if (geteuid() != 0 || prctl(PR_CAPBSET_READ, CAP_SETPCAP, 0, 0, 0) != 1)
        return;
    child = fork();
    if (child == 0) {
        const struct sandbox sandbox = {0};
        struct sandbox_note note;
        struct error error;

        if (sandbox_enter_layer(&sandbox, SANDBOX_CAPABILITIES, &note, &error) <= 0)
            _exit(9);
        execl("/bin/sh", "sh", "-c", "exec grep -q '^CapEff:.0*$' /proc/self/status", (char *)0);
        _exit(8);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}
END_TEST

Suite *suite_sandbox(void)
{
    Suite *suite = suite_create("sandbox");
    TCase *filter = tcase_create("filter");
    TCase *layers = tcase_create("layers");

    tcase_add_loop_test(filter, lets_through, 0, (int)(sizeof(allowed) / sizeof(allowed[0])));
    tcase_add_loop_test(filter, refuses, 0, (int)(sizeof(refused) / sizeof(refused[0])));
    tcase_add_test(filter, lets_output_through);
    tcase_add_test(filter, lets_signals_end_it);
    tcase_add_test(filter, lets_handlers_return);
    tcase_add_test(layers, attempts_each_layer);
    tcase_add_test(layers, enters_all);
    tcase_add_test(layers, locks_root_out);
    tcase_set_timeout(layers, 60);
    suite_add_tcase(suite, filter);
    suite_add_tcase(suite, layers);
    return suite;
}
