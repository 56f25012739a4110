/* Where a path leads that is to be written, and what is done with what is there. */
#include "base/target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suites.h"
#include "unit/folder.h"

START_TEST(follows_links)
{
    folder_sh("mkdir a b; echo before >a/file; ln -s ../a/file b/link; ln -s $PWD/b/link link;"
              "ln -s a/new dangling; ln -s b folder");
    folder_written("link", "one");
    folder_check("a/file", "one");
    folder_written("folder/link", "two");
    folder_check("a/file", "two");
    folder_written("dangling", "three");
    folder_check("a/new", "three");
    ck_assert(S_ISLNK(folder_status("link").st_mode) && S_ISLNK(folder_status("b/link").st_mode) &&
              S_ISLNK(folder_status("dangling").st_mode));
    folder_sh("ln -s loop loop; ln -s nowhere/file astray");
    folder_refused("loop", ELOOP, STATUS_IO);
    folder_refused("astray", ENOENT, STATUS_IO);
}
END_TEST

/* What another user has left in a folder like /tmp is not followed, nor given our text. */
START_TEST(falls_into_no_trap)
{
    if (geteuid() != 0)
        return;
    folder_sh("echo before >target; mkdir shared; chmod 1777 shared; chown 1234 shared;"
              "for name in theirs its ours; do ln -s ../target shared/$name; done;"
              "echo theirs >shared/file; chmod 666 shared/file; chown 5678 shared/file;"
              "chown -h 5678 shared/theirs; chown -h 1234 shared/its");
    folder_refused("shared/theirs", EACCES, STATUS_PERMISSION);
    folder_refused("shared/file", EACCES, STATUS_PERMISSION);
    folder_check("target", "before\n");
    folder_written("shared/ours", "by a link of ours");
    folder_check("target", "by a link of ours");
    folder_written("shared/its", "by one of the folder's owner");
    folder_check("target", "by one of the folder's owner");
}
END_TEST

START_TEST(takes_every_name)
{
    char name[3000];

    memset(name, 'n', sizeof(name));
    name[NAME_MAX] = '\0';
    folder_written(name, "text");
    folder_check(name, "text");
    name[NAME_MAX] = 'n';
    name[NAME_MAX + 1] = '\0';
    folder_refused(name, ENAMETOOLONG, STATUS_IO);
    name[NAME_MAX + 1] = 'n';
    name[sizeof(name) - 1] = '\0';
    folder_refused(name, ENAMETOOLONG, STATUS_IO);
}
END_TEST

/* Descriptors are written to where they are. */
START_TEST(writes_to_descriptors)
{
    int file = open("file", O_WRONLY | O_CREAT, 0644), reader = open("/dev/null", O_RDONLY),
        ends[2];
    char path[32], text[8] = "";
    struct stat before;

    ck_assert(file >= 0 && reader >= 0 && write(file, "head, ", 6) == 6);
    before = folder_status("file");
    snprintf(path, sizeof(path), "/dev/fd/%d", file);
    folder_written(path, "tail");
    folder_check("file", "head, tail");
    ck_assert_uint_eq(folder_status("file").st_ino, before.st_ino);
    ck_assert_int_eq(fcntl(file, F_SETFD, FD_CLOEXEC), 0);
    folder_refused(path, EBADF, STATUS_IO);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", reader);
    folder_refused(path, EBADF, STATUS_IO);

    ck_assert_int_eq(pipe(ends), 0);
    snprintf(path, sizeof(path), "/dev/fd/%d", ends[1]);
    folder_written(path, "piped");
    ck_assert_int_eq(read(ends[0], text, sizeof(text)), 5);
    ck_assert_str_eq(text, "piped");
}
END_TEST

/* By links like those of /dev, which a mistake would put a file in the place of. */
START_TEST(writes_to_standard_output)
{
    static const char *const names[] = {"-", "link", "folder/1"};
    const int saved = dup(STDOUT_FILENO);
    int written = 0;

    folder_sh("ln -s /proc/self/fd/1 link; ln -s /proc/self/fd folder");
    ck_assert(fflush(stdout) == 0 && freopen("file", "w", stdout));
    for (size_t i = 0; i < 3; i++)
        written += folder_write(names[i], names[i]) == 0;
    dup2(saved, STDOUT_FILENO);
    ck_assert_int_eq(written, 3);
    folder_check("file", "-linkfolder/1");
    ck_assert(S_ISLNK(folder_status("link").st_mode));
}
END_TEST

/* A descriptor of another process is opened, not its file replaced. */
START_TEST(opens_what_is_in_proc)
{
    int file = open("file", O_RDWR | O_CREAT, 0644);
    struct stat before = folder_status("file");
    char path[64], text[8] = "";
    int status;
    pid_t child;

    ck_assert_int_eq(write(file, "before", 6), 6);
    snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)getpid(), file);
    child = fork();
    if (child == 0)
        _exit(folder_write(path, "new") < 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert_uint_eq(folder_status("file").st_ino, before.st_ino);
    ck_assert_int_eq(pread(file, text, sizeof(text), 0), 3);
    ck_assert_str_eq(text, "new");
}
END_TEST

START_TEST(opens_pipes)
{
    char text[8] = "";
    int reader;

    ck_assert_int_eq(mkfifo("pipe", 0644), 0);
    reader = open("pipe", O_RDONLY | O_NONBLOCK);
    folder_written("pipe", "piped");
    ck_assert_int_eq(read(reader, text, sizeof(text)), 5);
    ck_assert_str_eq(text, "piped");
    ck_assert(S_ISFIFO(folder_status("pipe").st_mode));
}
END_TEST

/* Like /dev/null and /dev/full, which a mistake would replace if we are root. */
START_TEST(opens_devices)
{
    struct stat null = folder_status("/dev/null"), full = folder_status("/dev/full");

    if (mknod("null", S_IFCHR | 0666, null.st_rdev) < 0 ||
        mknod("full", S_IFCHR | 0666, full.st_rdev) < 0 || open("null", O_WRONLY) < 0)
        return;
    folder_written("null", "nothing");
    ck_assert(S_ISCHR(folder_status("null").st_mode));
    folder_refused("full", ENOSPC, STATUS_IO);
    ck_assert(S_ISCHR(folder_status("full").st_mode));
}
END_TEST

/* What is written in place is flushed by output_publish(), and goes on. */
START_TEST(publishes_to_a_pipe)
{
    struct output output;
    char text[16] = "";
    int reader;

    ck_assert_int_eq(mkfifo("pipe", 0644), 0);
    reader = open("pipe", O_RDONLY | O_NONBLOCK);
    ck_assert_int_eq(output_open(&output, "pipe", &folder_error), 0);
    folder_put(&output, "one, ");
    ck_assert_int_eq(output_publish(&output, &folder_error), 0);
    ck_assert_int_eq(read(reader, text, sizeof(text)), 5);
    folder_put(&output, "two");
    ck_assert_int_eq(output_commit(&output, &folder_error), 0);
    ck_assert_int_eq(read(reader, text, sizeof(text)), 3);
    ck_assert_str_eq(text, "two, ");
}
END_TEST

static bool are_same(const char *one, const char *other)
{
    struct target a, b;
    bool same;

    ck_assert_int_eq(target_find(&a, one), 0);
    ck_assert_int_eq(target_find(&b, other), 0);
    same = target_same(&a, &b);
    ck_assert(target_same(&b, &a) == same);
    target_close(&a);
    target_close(&b);
    return same;
}

START_TEST(knows_what_is_the_same)
{
    folder_sh("mkdir a b; echo >a/file; echo >b/file; ln a/file b/hard; ln -s ../a/file b/soft;"
              "ln -s a folder; ln -s a/new dangling; mkfifo pipe");
    ck_assert(are_same("a/file", "./a//file") && are_same("a/file", "b/hard") &&
              are_same("a/file", "b/soft") && are_same("folder/file", "a/file"));
    ck_assert(are_same("a/new", "folder/new") && are_same("a/new", "dangling") &&
              are_same("pipe", "./pipe"));
    ck_assert(!are_same("a/file", "b/file") && !are_same("a/new", "b/new") &&
              !are_same("a/new", "a/newer") && !are_same("a/file", "a/new"));
    ck_assert(!are_same("/dev/null", "/dev/null"));
    ck_assert(are_same("-", "/dev/stdout") && are_same("-", "/dev/fd/1"));
}
END_TEST

Suite *suite_target(void)
{
    Suite *suite = suite_create("target");
    TCase *tests = tcase_create("target");

    tcase_add_checked_fixture(tests, folder_make, folder_remove);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, follows_links);
    tcase_add_test(tests, falls_into_no_trap);
    tcase_add_test(tests, takes_every_name);
    tcase_add_test(tests, writes_to_descriptors);
    tcase_add_test(tests, writes_to_standard_output);
    tcase_add_test(tests, opens_what_is_in_proc);
    tcase_add_test(tests, opens_pipes);
    tcase_add_test(tests, opens_devices);
    tcase_add_test(tests, publishes_to_a_pipe);
    tcase_add_test(tests, knows_what_is_the_same);
    suite_add_tcase(suite, tests);
    return suite;
}
