/* The committer: it puts an output in its place or removes it, whatever ends us, and can do little
 * else. */
#include "base/committer.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/committer_filter.h"
#include "base/output.h"
#include "sandbox/sandbox.h"
#include "suites.h"
#include "unit/folder.h"

#define ROUNDS 500

/* Opens an output, writes, sends its committer's number through the pipe, and works on, in the
 * sandbox or not. */
static _Noreturn void work(int channel, bool confined)
{
    struct sandbox sandbox = {.seconds = 60};
    struct output output;

    if (output_open(&output, "file", &folder_error) < 0)
        _exit(9);
    fputs("half", output.stream);
    fflush(output.stream);
    sandbox_add_output(&sandbox, &output);
    if (write(channel, &output.committer.process, sizeof(pid_t)) != sizeof(pid_t) ||
        (confined && sandbox_enter(&sandbox, SANDBOX_ON, stderr, &folder_error) < 0))
        _exit(9);
    for (volatile bool forever = true; forever;)
        continue;
    abort();
}

static bool ends_a_process(int number)
{
    switch (number) {
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
    case SIGCONT:
    case SIGCHLD:
    case SIGURG:
    case SIGWINCH:
    case SIGXFSZ: /* ignored: an error of write(2) */
        return false;
    default:
        return number < 32 || number >= SIGRTMIN;
    }
}

static void end_by(int number, bool early, bool confined)
{
    int channel[2], status;
    pid_t child, committer;

    signal(number, SIG_DFL); /* Check has a handler for some */
    ck_assert_int_eq(pipe(channel), 0);
    child = fork();
    if (child == 0)
        work(channel[1], confined);
    close(channel[1]);
    if (early)
        usleep((useconds_t)(rand() % 1000));
    else
        ck_assert_int_eq(read(channel[0], &committer, sizeof(committer)), sizeof(committer));
    kill(child, number);
    for (volatile int some = rand() % 10000; some > 0; some--)
        continue;
    kill(child, number);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == number, "status 0x%x, signal %d",
                  (unsigned)status, number);
    close(channel[0]);
    folder_empty();
}

START_TEST(leaves_nothing_by_any_signal)
{
    for (int number = 1; number < NSIG; number++)
        if (ends_a_process(number))
            end_by(number, false, _i);
}
END_TEST

/* At any moment of output_open(), too. */
START_TEST(leaves_nothing_at_any_moment)
{
    for (int round = 0; round < ROUNDS; round++)
        end_by(_i ? SIGKILL : SIGTERM, true, false);
}
END_TEST

/* A call that the sandbox does not allow ends the process, and leaves nothing either. */
START_TEST(leaves_nothing_by_a_forbidden_call)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        struct sandbox sandbox = {.seconds = 60};
        struct output output;

        if (output_open(&output, "file", &folder_error) < 0)
            _exit(9);
        fputs("half", output.stream);
        sandbox_add_output(&sandbox, &output);
        if (sandbox_enter(&sandbox, SANDBOX_ON, stderr, &folder_error) < 0)
            _exit(9);
        unlink("file");
        _exit(8);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
    folder_empty();
}
END_TEST

/* What a signal for the terminal's foreground does to us it does not do to the committer. */
START_TEST(outlives_our_group)
{
    int channel[2], status;
    pid_t child, committer;

    ck_assert_int_eq(pipe(channel), 0);
    child = fork();
    if (child == 0) {
        setpgid(0, 0);
        signal(SIGINT, SIG_DFL);
        work(channel[1], true);
    }
    close(channel[1]);
    ck_assert_int_eq(read(channel[0], &committer, sizeof(committer)), sizeof(committer));
    kill(-child, SIGINT);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    close(channel[0]);
    folder_empty();
}
END_TEST

/* What /proc says of the process, in that line. */
static bool has_line(pid_t process, const char *line)
{
    char command[128];

    snprintf(command, sizeof(command), "grep -qs '^%s' /proc/%d/status", line, (int)process);
    return system(command) == 0;
}

START_TEST(has_a_session_of_its_own)
{
    struct output output;
    char command[128];

    ck_assert_int_eq(output_open(&output, "file", &folder_error), 0);
    folder_put(&output, "text");
    ck_assert_int_eq(output_publish(&output, &folder_error), 0);
    ck_assert_int_eq(getsid(output.committer.process), output.committer.process);
    for (int number = 1; number < 32; number++)
        if (number != SIGKILL && number != SIGSTOP)
            ck_assert_int_eq(kill(output.committer.process, number), 0);
    /* Its channel three times, the folder and the file. */
    snprintf(command, sizeof(command), "test $(ls /proc/%d/fd | wc -l) -eq 5",
             (int)output.committer.process);
    folder_sh(command);
    folder_put(&output, "more");
    ck_assert_int_eq(output_commit(&output, &folder_error), 0);
    folder_check("file", "more");
}
END_TEST

START_TEST(is_confined)
{
    struct output output;

    ck_assert_int_eq(output_open(&output, "file", &folder_error), 0);
    output_confine(&output);
    ck_assert_int_eq(output_publish(&output, &folder_error), 0);
    ck_assert(has_line(output.committer.process, "Seccomp:[[:space:]]2"));
    ck_assert(has_line(output.committer.process, "NoNewPrivs:[[:space:]]1"));
    ck_assert(has_line(output.committer.process, "CapEff:[[:space:]]0000000000000\\(000\\|01b\\)"));
    output_abandon(&output);
}
END_TEST

/* As soon as we are, without being asked for more. */
START_TEST(is_confined_with_us)
{
    int channel[2];
    pid_t child, committer;
    bool confined = false;

    ck_assert_int_eq(pipe(channel), 0);
    child = fork();
    if (child == 0)
        work(channel[1], true);
    close(channel[1]);
    ck_assert_int_eq(read(channel[0], &committer, sizeof(committer)), sizeof(committer));
    for (int i = 0; i < 1000 && !confined; i++) {
        confined = has_line(committer, "Seccomp:[[:space:]]2");
        usleep(10000);
    }
    kill(child, SIGKILL);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    close(channel[0]);
    ck_assert(confined);
    folder_empty();
}
END_TEST

/* Has the system call fail in this process and those that it forks. */
static bool forbid(int call)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

    return filter && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0) == 0 &&
           seccomp_load(filter) == 0;
}

/* One that cannot confine itself does nothing more. */
START_TEST(gives_up_unless_confined)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        struct output output;

        if (!forbid(SCMP_SYS(capset)) || output_open(&output, "file", &folder_error) < 0)
            _exit(9);
        output_confine(&output);
        if (output_publish(&output, &folder_error) != -ECHILD)
            _exit(8);
        _exit(output_commit(&output, &folder_error) != -ECHILD);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    folder_empty();
}
END_TEST

/* By itself, once the file is in its place. */
START_TEST(ends_when_it_is_done)
{
    struct committer committer;
    struct target target;
    int file, status;

    ck_assert_int_eq(target_find(&target, "file"), 0);
    ck_assert_int_eq(committer_start(&committer, &target, -1), 0);
    file = committer_open(&committer, &target);
    ck_assert_int_ge(file, 0);
    committer_confine(&committer);
    ck_assert_int_eq(committer_commit(&committer), 0);
    ck_assert_int_eq(waitpid(committer.process, &status, 0), committer.process);
    ck_assert_int_eq(status, 0);
    close(committer.channel);
    close(file);
    target_close(&target);
}
END_TEST

/* Two outputs: each ends on its own. */
START_TEST(ends_beside_others)
{
    struct output one, two;

    ck_assert_int_eq(output_open(&one, "one", &folder_error), 0);
    ck_assert_int_eq(output_open(&two, "two", &folder_error), 0);
    ck_assert_int_eq(output_commit(&one, &folder_error), 0);
    folder_check("one", "");
    ck_assert_int_ne(access("two", F_OK), 0);
    ck_assert_int_eq(output_commit(&two, &folder_error), 0);
}
END_TEST

START_TEST(is_missed_when_killed)
{
    struct output output;

    ck_assert_int_eq(output_open(&output, "file", &folder_error), 0);
    folder_put(&output, "text");
    ck_assert_int_eq(output_publish(&output, &folder_error), 0);
    kill(output.committer.process, SIGKILL);
    ck_assert_int_eq(output_publish(&output, &folder_error), -ECHILD);
    ck_assert_int_eq(output_commit(&output, &folder_error), -ECHILD);
    ck_assert_int_eq(folder_error.status, STATUS_SYSTEM);
    ck_assert_ptr_nonnull(strstr(folder_error.text, "the process that does so has ended"));
    folder_check("file", "text");
    folder_sh("rm .babyvisor-*");
}
END_TEST

static const struct call {
    const char *name;
    long number;
    unsigned long arguments[4];
} refused[] = {
    {"opening to read", SYS_openat, {(unsigned long)AT_FDCWD, 0, O_RDONLY}},
    {"opening to write", SYS_openat, {(unsigned long)AT_FDCWD, 0, O_RDWR | O_CREAT, 0600}},
    {"read", SYS_read, {0, 0, 0}},
    {"receiving from elsewhere", SYS_recvfrom, {3, 0, 0}},
    {"sending elsewhere", SYS_sendto, {3, 0, 0}},
    {"execve", SYS_execve, {0, 0, 0}},
    {"fork", SYS_clone, {SIGCHLD, 0, 0, 0}},
    {"kill", SYS_kill, {0, 0}},
    {"socket", SYS_socket, {1, 1, 0}},
    {"mmap", SYS_mmap, {0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS}},
    {"chdir", SYS_chdir, {0}},
    {"symlink", SYS_symlink, {0, 0}},
    {"ptrace", SYS_ptrace, {0, 0, 0}},
    {"a call of the x32 ABI", 0x40000000 | SYS_write, {0, 0, 0}},
};

START_TEST(can_do_little_else)
{
    const struct call *call = &refused[_i];
    const unsigned long *a = call->arguments;
    int status;
    pid_t child = fork();

    if (child == 0) {
        if (committer_filter_enter() < 0)
            _exit(9);
        syscall(call->number, a[0], a[1], a[2], a[3], -1, 0);
        syscall(SYS_exit_group, 0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "%s: status 0x%x", call->name,
                  (unsigned)status);
}
END_TEST

Suite *suite_committer(void)
{
    Suite *suite = suite_create("committer");
    TCase *ends = tcase_create("ends");
    TCase *process = tcase_create("process");
    TCase *all[] = {ends, process};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        tcase_add_checked_fixture(all[i], folder_make, folder_remove);
        tcase_set_timeout(all[i], 300);
        suite_add_tcase(suite, all[i]);
    }
    tcase_add_loop_test(ends, leaves_nothing_by_any_signal, 0, 2);
    tcase_add_loop_test(ends, leaves_nothing_at_any_moment, 0, 2);
    tcase_add_test(ends, leaves_nothing_by_a_forbidden_call);
    tcase_add_test(ends, outlives_our_group);
    tcase_add_test(process, has_a_session_of_its_own);
    tcase_add_test(process, is_confined);
    tcase_add_test(process, is_confined_with_us);
    tcase_add_test(process, gives_up_unless_confined);
    tcase_add_test(process, ends_when_it_is_done);
    tcase_add_test(process, ends_beside_others);
    tcase_add_test(process, is_missed_when_killed);
    tcase_add_loop_test(process, can_do_little_else, 0,
                        (int)(sizeof(refused) / sizeof(refused[0])));
    return suite;
}
