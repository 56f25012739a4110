/* Outputs: whole or not at all, once or again and again, of the mode and owner that there were. */
#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "sandbox/sandbox.h"
#include "suites.h"
#include "unit/folder.h"

#define NOBODY 65534

static void check_mode(const char *path, mode_t mode)
{
    ck_assert_uint_eq(folder_status(path).st_mode & 07777, mode);
}

/* Runs act in a child, as a user without privileges, and checks that it ends with 0. */
static void as_nobody(void (*act)(void))
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        if (setgroups(0, NULL) < 0 || setgid(NOBODY) < 0 || setuid(NOBODY) < 0)
            _exit(9);
        act();
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}

/* Once and again and again. */

START_TEST(writes_at_the_commit)
{
    struct output output;

    folder_sh("echo before >file");
    ck_assert_int_eq(output_open(&output, "file", &folder_error), 0);
    folder_put(&output, "after");
    ck_assert_int_eq(fflush(output.stream), 0);
    folder_check("file", "before\n");
    ck_assert_int_eq(output_commit(&output, &folder_error), 0);
    folder_check("file", "after");
}
END_TEST

START_TEST(leaves_what_was_there)
{
    struct output output;

    folder_sh("echo before >file");
    ck_assert_int_eq(output_open(&output, "file", &folder_error), 0);
    folder_put(&output, "after");
    output_abandon(&output);
    folder_check("file", "before\n");
}
END_TEST

START_TEST(publishes_again_and_again)
{
    static const char *const texts[] = {"first version", "second", "", "the fourth is the longest"};
    struct output output;

    ck_assert_int_eq(output_open(&output, "file", &folder_error), 0);
    output_confine(&output);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        folder_put(&output, texts[i]);
        ck_assert_msg(output_publish(&output, &folder_error) == 0, "%s", folder_error.text);
        folder_check("file", texts[i]);
        check_mode("file", 0644);
    }
    ck_assert_int_eq(chmod("file", 0600), 0);
    folder_put(&output, "not to be seen");
    ck_assert_int_eq(fflush(output.stream), 0);
    output_abandon(&output);
    folder_check("file", texts[3]);
    ck_assert_int_eq(output_open(&output, "file", &folder_error), 0);
    folder_put(&output, "fifth");
    ck_assert_int_eq(output_publish(&output, &folder_error), 0);
    check_mode("file", 0600);
    folder_put(&output, "sixth");
    ck_assert_int_eq(output_commit(&output, &folder_error), 0);
    folder_check("file", "sixth");
    check_mode("file", 0600);
}
END_TEST

/* Whoever reads meanwhile sees one version from its beginning to its end. */
START_TEST(publishes_each_version_whole)
{
    static char text[100000];
    struct output output;
    bool whole = true;
    pid_t writer;

    ck_assert_int_eq(output_open(&output, "file", &folder_error), 0);
    for (int round = 0; round < 100; round++) {
        memset(text, 'a' + round % 26, sizeof(text) - (size_t)round);
        ck_assert_uint_eq(fwrite(text, 1, sizeof(text) - (size_t)round, output.stream),
                          sizeof(text) - (size_t)round);
        writer = round == 0 ? -1 : fork();
        if (writer == 0) {
            int fd = open("file", O_RDONLY);
            ssize_t length = 0, got;

            while (length < (ssize_t)sizeof(text) - 1000 &&
                   (got = read(fd, text + length, 1000)) > 0)
                length += got;
            for (ssize_t i = 1; i < length; i++)
                whole = whole && text[i] == text[0];
            _exit(!whole || length < (ssize_t)sizeof(text) - 2000);
        }
        ck_assert_msg(output_publish(&output, &folder_error) == 0, "%s", folder_error.text);
        if (writer > 0) {
            int status;

            ck_assert_int_eq(waitpid(writer, &status, 0), writer);
            ck_assert_int_eq(status, 0);
        }
    }
    output_abandon(&output);
}
END_TEST

/* A version that cannot be put in its place is lost, the one before it and the next are not. */
START_TEST(publishes_after_an_error)
{
    struct output output;

    ck_assert_int_eq(output_open(&output, "file", &folder_error), 0);
    folder_put(&output, "first");
    ck_assert_int_eq(output_publish(&output, &folder_error), 0);
    folder_sh("mv file saved && mkdir file");
    folder_put(&output, "second, which is lost");
    ck_assert_int_eq(output_publish(&output, &folder_error), -EISDIR);
    ck_assert_ptr_nonnull(
        strstr(folder_error.text, "file: cannot put it in its place: Is a directory"));
    folder_sh("rmdir file && mv saved file");
    folder_check("file", "first");
    folder_put(&output, "third");
    ck_assert_int_eq(output_publish(&output, &folder_error), 0);
    folder_check("file", "third");
    output_abandon(&output);
}
END_TEST

/* A write that fails is an error of that version alone. */
START_TEST(publishes_after_a_failed_write)
{
    const struct rlimit little = {100, RLIM_INFINITY}, none = {RLIM_INFINITY, RLIM_INFINITY};
    static char text[200];
    struct output output;

    memset(text, 'x', sizeof(text) - 1);
    ck_assert_int_eq(output_open(&output, "file", &folder_error), 0);
    folder_put(&output, "first");
    ck_assert_int_eq(output_publish(&output, &folder_error), 0);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &little), 0);
    folder_put(&output, text);
    ck_assert_int_eq(output_publish(&output, &folder_error), -EFBIG);
    ck_assert_ptr_nonnull(strstr(folder_error.text, "file: cannot write it: File too large"));
    folder_check("file", "first");
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
    folder_put(&output, "third");
    ck_assert_int_eq(output_publish(&output, &folder_error), 0);
    folder_check("file", "third");
    output_abandon(&output);
}
END_TEST

/* In the sandbox the process asks its committer, and that is all it takes. */
START_TEST(publishes_in_the_sandbox)
{
    struct output output;
    int status;
    pid_t child = fork();

    if (child == 0) {
        struct sandbox sandbox = {.seconds = 60};

        if (output_open(&output, "file", &folder_error) < 0)
            _exit(9);
        sandbox_add_output(&sandbox, &output);
        if (sandbox_enter(&sandbox, SANDBOX_ON, stderr, &folder_error) < 0)
            _exit(8);
        for (int i = 0; i < 3; i++) {
            fprintf(output.stream, "version %d", i);
            if (output_publish(&output, &folder_error) < 0)
                _exit(7);
        }
        fputs("the last", output.stream);
        syscall(SYS_exit_group, output_commit(&output, &folder_error) < 0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    folder_check("file", "the last");
}
END_TEST

START_TEST(reports_what_prevents_it)
{
    struct output output;

    ck_assert_int_eq(mkdir("folder", 0755), 0);
    ck_assert_int_eq(output_open(&output, "folder/file", &folder_error), 0);
    folder_sh("rm -r folder");
    ck_assert_int_eq(output_commit(&output, &folder_error), -ENOENT);
    ck_assert_int_eq(folder_error.status, STATUS_IO);
    ck_assert_str_eq(folder_error.text,
                     "folder/file: cannot put it in its place: No such file or directory");
    folder_refused("folder/file", ENOENT, STATUS_IO);
    folder_refused("", ENOENT, STATUS_IO);
    folder_refused("/", EISDIR, STATUS_IO);
    folder_refused(".", EISDIR, STATUS_IO);
    folder_sh("echo >file");
    folder_refused("file/", EISDIR, STATUS_IO);
    folder_refused("file/file", ENOTDIR, STATUS_IO);
}
END_TEST

/* Modes and owners. */

START_TEST(makes_files_as_open_does)
{
    umask(027);
    folder_written("new", "text");
    check_mode("new", 0640);
    umask(0);
    folder_written("other", "text");
    check_mode("other", 0666);
}
END_TEST

START_TEST(keeps_the_mode)
{
    static const mode_t modes[] = {0600, 0644, 0666, 0755, 0200};

    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        folder_sh("echo before >file");
        ck_assert_int_eq(chmod("file", modes[i]), 0);
        folder_written("file", "after");
        check_mode("file", modes[i]);
    }
    ck_assert_int_eq(chmod("file", 06755), 0);
    folder_written("file", "no program gains rights by it");
    check_mode("file", 0755);
}
END_TEST

/* Nobody else reads what is to replace a file that they may not read. */
START_TEST(hides_what_is_not_in_its_place)
{
    struct output output;

    folder_sh("echo before >file; chmod 600 file");
    ck_assert_int_eq(output_open(&output, "file", &folder_error), 0);
    folder_put(&output, "after");
    ck_assert_int_eq(fflush(output.stream), 0);
    folder_sh("test $(stat -c %a .babyvisor-*) = 600");
    output_abandon(&output);
    umask(0);
    ck_assert_int_ge(place_create(AT_FDCWD, "at first", true), 0);
    check_mode("at first", 0600);
}
END_TEST

START_TEST(keeps_the_owner)
{
    if (geteuid() != 0)
        return;
    folder_sh("echo before >file; chmod 640 file");
    ck_assert_int_eq(chown("file", 1234, 5678), 0);
    folder_written("file", "after");
    ck_assert_uint_eq(folder_status("file").st_uid, 1234);
    ck_assert_uint_eq(folder_status("file").st_gid, 5678);
    check_mode("file", 0640);
}
END_TEST

static void write_file(void)
{
    folder_written("file", "after");
}

/* A group that cannot be kept does not become ours with all its rights. */
START_TEST(gives_no_group_more)
{
    if (geteuid() != 0)
        return;
    folder_sh("echo before >file");
    ck_assert_int_eq(chmod("file", 0672), 0);
    ck_assert_int_eq(chown("file", 1234, 5678), 0);
    ck_assert_int_eq(chmod(".", 0777), 0);
    as_nobody(write_file);
    ck_assert_uint_eq(folder_status("file").st_uid, NOBODY);
    check_mode("file", 0622);
}
END_TEST

/* user::rw-, user:1234:r--, group::---, mask::r--, other::--- */
START_TEST(keeps_the_access_list)
{
    static const unsigned char list[] = {
        2, 0,    0,    0,    1,    0,    6,    0, 0xff, 0xff, 0xff, 0xff, 2,    0,    4,
        0, 0xd2, 4,    0,    0,    4,    0,    0, 0,    0xff, 0xff, 0xff, 0xff, 0x10, 0,
        4, 0,    0xff, 0xff, 0xff, 0xff, 0x20, 0, 0,    0,    0xff, 0xff, 0xff, 0xff};
    const char *name = "system.posix_acl_access";
    unsigned char kept[sizeof(list) + 1];
    struct output output;

    folder_sh("echo before >file");
    if (setxattr("file", name, list, sizeof(list), 0) < 0) {
        ck_assert_int_eq(errno, EOPNOTSUPP);
        return;
    }
    folder_written("file", "after");
    ck_assert_int_eq(getxattr("file", name, kept, sizeof(kept)), sizeof(list));
    ck_assert_mem_eq(kept, list, sizeof(list));
    ck_assert_int_eq(output_open(&output, "file", &folder_error), 0);
    output_confine(&output);
    ck_assert_int_eq(output_publish(&output, &folder_error), 0);
    output_abandon(&output);
    ck_assert_int_eq(getxattr("file", name, kept, sizeof(kept)), sizeof(list));
    ck_assert_mem_eq(kept, list, sizeof(list));
}
END_TEST

static void write_read_only(void)
{
    folder_refused("file", EACCES, STATUS_PERMISSION);
    folder_refused("closed/new", EACCES, STATUS_PERMISSION);
    ck_assert_ptr_nonnull(strstr(folder_error.text, "cannot make a file beside it"));
}

START_TEST(refuses_what_may_not_be_written)
{
    folder_sh("echo before >file; chmod 444 file; mkdir -m 555 closed; chmod 777 .");
    if (geteuid() == 0)
        as_nobody(write_read_only);
    else
        write_read_only();
    folder_check("file", "before\n");
    check_mode("file", 0444);
}
END_TEST

Suite *suite_output(void)
{
    Suite *suite = suite_create("output");
    TCase *contents = tcase_create("contents");
    TCase *attributes = tcase_create("attributes");
    TCase *all[] = {contents, attributes};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        tcase_add_checked_fixture(all[i], folder_make, folder_remove);
        tcase_set_timeout(all[i], 60);
        suite_add_tcase(suite, all[i]);
    }
    tcase_add_test(contents, writes_at_the_commit);
    tcase_add_test(contents, leaves_what_was_there);
    tcase_add_test(contents, publishes_again_and_again);
    tcase_add_test(contents, publishes_each_version_whole);
    tcase_add_test(contents, publishes_after_an_error);
    tcase_add_test(contents, publishes_after_a_failed_write);
    tcase_add_test(contents, publishes_in_the_sandbox);
    tcase_add_test(contents, reports_what_prevents_it);
    tcase_add_test(attributes, makes_files_as_open_does);
    tcase_add_test(attributes, keeps_the_mode);
    tcase_add_test(attributes, hides_what_is_not_in_its_place);
    tcase_add_test(attributes, keeps_the_owner);
    tcase_add_test(attributes, gives_no_group_more);
    tcase_add_test(attributes, keeps_the_access_list);
    tcase_add_test(attributes, refuses_what_may_not_be_written);
    return suite;
}
