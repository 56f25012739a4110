/* Temporary files: none is left by a signal, whenever and however often it comes. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/temporary.h"
#include "suites.h"

#define ROUNDS 2000

static char directory[] = "/tmp/babyvisor.XXXXXX";
static char path[sizeof(directory) + 8];

static void make_directory(void)
{
    signal(SIGTERM, SIG_DFL);
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof(path), "%s/file", directory);
}

/* Fails where anything is left in it. */
static void remove_directory(void)
{
    ck_assert_int_eq(rmdir(directory), 0);
}

/* Creates a file, tells so through the pipe and works on. */
static void work(int told)
{
    char *name;

    if (temporary_create(path, &name) < 0 || write(told, "", 1) != 1)
        _exit(9);
    for (volatile bool forever = true; forever;)
        continue;
}

/* Sends two signals, as timeout(1) does, as soon as there is a file or, where early, at any time
 * before. */
static void end_twice(bool early)
{
    int told[2], status;
    char byte;
    pid_t child;

    ck_assert_int_eq(pipe(told), 0);
    child = fork();
    if (child == 0)
        work(told[1]);
    if (early)
        usleep((useconds_t)(rand() % 1000));
    else
        ck_assert_int_eq(read(told[0], &byte, 1), 1);
    kill(child, SIGTERM);
    for (volatile int some = rand() % 10000; some > 0; some--)
        continue;
    kill(child, SIGTERM);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    close(told[0]);
    close(told[1]);
}

START_TEST(ends_with_none_left)
{
    for (int round = 0; round < ROUNDS; round++)
        end_twice(_i);
}
END_TEST

Suite *suite_temporary(void)
{
    Suite *suite = suite_create("temporary");
    TCase *tests = tcase_create("temporary");

    tcase_add_checked_fixture(tests, make_directory, remove_directory);
    tcase_add_loop_test(tests, ends_with_none_left, 0, 2);
    tcase_set_timeout(tests, 300);
    suite_add_tcase(suite, tests);
    return suite;
}
