/* What the process holds: what it has inherited and is not named goes, with close_range or without.
 */
#include "base/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suites.h"

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

static void open_at(int fd)
{
    int null = open("/dev/null", O_RDONLY);

    if (null < 0 || dup2(null, fd) < 0)
        _exit(99);
    if (null != fd)
        close(null);
}

/* A kernel that has no close_range(2): from now on in this process it fails with ENOSYS. */
static void forget_close_range(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0 ||
        syscall(SYS_close_range, 1000, 1000, 0) == 0)
        _exit(98);
}

/* In a child process, whose descriptors are its own; returns its status. */
static int in_child(int (*act)(void), bool without_close_range)
{
    int status = -1;
    pid_t child = fork();

    if (child == 0) {
        for (int fd = 3; fd < 100; fd++)
            close(fd);
        if (without_close_range)
            forget_close_range();
        syscall(SYS_exit_group, act());
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return status;
}

static int keep_some(void)
{
    const int keep[] = {40, -1, 5, 1, 6};

    for (int fd = 3; fd < 80; fd++)
        open_at(fd);
    open_at(900);
    descriptors_keep(keep, sizeof(keep) / sizeof(keep[0]));
    for (int fd = 3; fd < 80; fd++)
        if (is_open(fd) != (fd == 5 || fd == 6 || fd == 40))
            return fd;
    return is_open(900) || !is_open(0) || !is_open(1) || !is_open(2);
}

static int keep_none(void)
{
    open_at(3);
    open_at(70);
    descriptors_keep(NULL, 0);
    return is_open(3) || is_open(70);
}

static int keep_named(void)
{
    char program[] = "babyvisor", command[] = "run", file[] = "/dev/fd/63",
         option[] = "--trace=/proc/self/fd/9", far[] = "/dev/fd/99999999999999999999",
         none[] = "/dev/fd/x";
    char *const argv[] = {program, command, file, option, far, none, NULL};

    open_at(8);
    open_at(9);
    open_at(63);
    open_at(64);
    descriptors_begin(6, argv);
    return is_open(8) || !is_open(9) || !is_open(63) || is_open(64);
}

/* A closed descriptor 0 is not what a file of ours gets, and cannot be read. */
static int reserve(void)
{
    char program[] = "babyvisor", byte;
    char *const argv[] = {program, NULL};

    close(0);
    descriptors_begin(1, argv);
    return !is_open(0) || read(0, &byte, 1) >= 0 || errno != EBADF;
}

static int (*const acts[])(void) = {keep_some, keep_none, keep_named, reserve};

START_TEST(closes)
{
    ck_assert_int_eq(in_child(acts[_i], false), 0);
}
END_TEST

START_TEST(closes_without_close_range)
{
    ck_assert_int_eq(in_child(acts[_i], true), 0);
}
END_TEST

Suite *suite_descriptors(void)
{
    Suite *suite = suite_create("descriptors");
    TCase *tcase = tcase_create("descriptors");

    tcase_add_loop_test(tcase, closes, 0, (int)(sizeof(acts) / sizeof(acts[0])));
    tcase_add_loop_test(tcase, closes_without_close_range, 0,
                        (int)(sizeof(acts) / sizeof(acts[0])));
    suite_add_tcase(suite, tcase);
    return suite;
}
