/* The sandbox: each layer stops what it is for, and a run enters them all. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/acts.h"
#include "sandbox/attempts.h"
#include "sandbox/landlock.h"
#include "sandbox/sandbox.h"
#include "suites.h"

START_TEST(attempts_each_layer)
{
    static struct attempt_result list[ATTEMPTS_MAX];
    size_t count = attempts_all(list, NULL);
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

/* What the filter cannot forbid, since KVM_RUN does it: through kvm_dirty_regs the vCPU gets other
 * system registers and events (api.rst, KVM_CAP_SYNC_REGS). SECURITY.md says so. */
START_TEST(leaves_the_vcpu_reachable)
{
    int status = -1;
    pid_t child = fork();

    if (child == 0) {
        const struct kernel_stats none = KERNEL_STATS_CLOSED;
        struct sandbox sandbox = {0};
        struct scene scene = {0};
        struct sandbox_note note;
        struct error error;
        struct kvm_run *run;

        acts_set_scene(&scene);
        run = scene.run;
        if (!run)
            _exit(7);
        sandbox_add_machine(&sandbox, scene.vcpu, &run->immediate_exit, &none);
        run->immediate_exit = 1;
        run->kvm_valid_regs = KVM_SYNC_X86_SREGS;
        if (ioctl(scene.vcpu, KVM_RUN, 0) >= 0 || errno != EINTR ||
            sandbox_enter_layer(&sandbox, SANDBOX_NO_NEW_PRIVS, &note, &error) <= 0 ||
            sandbox_enter_layer(&sandbox, SANDBOX_SECCOMP, &note, &error) <= 0)
            _exit(9);
        run->s.regs.sregs.cr2 = 0x1948;
        run->kvm_dirty_regs = KVM_SYNC_X86_SREGS;
        ioctl(scene.vcpu, KVM_RUN, 0);
        run->s.regs.sregs.cr2 = 0;
        ioctl(scene.vcpu, KVM_RUN, 0);
        syscall(SYS_exit_group, run->s.regs.sregs.cr2 != 0x1948);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 7)
        return; /* no KVM here */
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
    TCase *layers = tcase_create("layers");

    tcase_add_test(layers, attempts_each_layer);
    tcase_add_test(layers, enters_all);
    tcase_add_test(layers, locks_root_out);
    tcase_add_test(layers, leaves_the_vcpu_reachable);
    tcase_set_timeout(layers, 60);
    suite_add_tcase(suite, layers);
    return suite;
}
