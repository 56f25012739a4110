/* `doctor` on hosts that are made up: what is missing is named, with what to do, and is the status.
 *
 * /dev/kvm is /dev/null here, and each call of it is answered by the test. */
#include <errno.h>
#include <linux/kvm.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "report/json.h"
#include "suites.h"
#include "vmm/kvm.h"
#include "wrap.h"

static char *printed;
static struct error error;
static int api_version;
static const struct kvm_capability *lacking; /* the one that the host has not, NULL for none */

/* A KVM that has everything but what is lacking, and makes no virtual machine. */
static int answer(int fd, unsigned long request, void *argument)
{
    (void)fd;
    if (request == KVM_GET_API_VERSION)
        return api_version;
    if (request == KVM_CHECK_EXTENSION)
        return lacking && (int)(unsigned long)argument == lacking->number ? 0 : 0xff;
    return -EMFILE;
}

static int no_module(const char *path)
{
    return strncmp(path, "/sys/module/", strlen("/sys/module/")) == 0 ? -ENOENT : 0;
}

static void make_host(void)
{
    api_version = KVM_API_VERSION;
    lacking = NULL;
    printed = NULL;
    error = (struct error){0};
    wrap_ioctl = answer;
    wrap_kvm = "/dev/null";
}

static void free_host(void)
{
    wrap_ioctl = NULL;
    wrap_access = NULL;
    wrap_kvm = NULL;
    free(printed);
}

/* Joins lines with those that go on with them. */
static void unwrap(char *text)
{
    char *to = text;

    for (const char *from = text; *from; *to++ = *from++)
        if (from[0] == '\n' && from[1] == ' ')
            from += strspn(from + 1, " ");
    *to = '\0';
}

/* Runs `doctor` with that option, "" for none; returns its status and sets printed. */
static int doctor(const char *option)
{
    char name[] = "doctor", sandbox[] = "--sandbox=off", given[32];
    char *argv[] = {name, sandbox, given, NULL};
    struct settings settings;
    size_t size;
    bool wants_help;
    int status;
    FILE *out;

    snprintf(given, sizeof(given), "%s", option);
    ck_assert_int_eq(options_parse(&settings, command_doctor.accepts, 0, given[0] ? 3 : 2, argv,
                                   &wants_help, &error),
                     0);
    free(printed);
    out = open_memstream(&printed, &size);
    ck_assert_ptr_nonnull(out);
    json_begin();
    status = command_doctor.run(&settings, out, &error);
    fclose(out);
    unwrap(printed);
    return status;
}

/* Whether a line of what was printed begins with verdict and what, and has detail in it. */
static bool finds(const char *verdict, const char *what, const char *detail)
{
    char begin[80];
    const int length = snprintf(begin, sizeof(begin), "%-8s %-24s ", verdict, what);

    for (const char *line = printed; line; line = strchr(line, '\n')) {
        line += *line == '\n';

        const char *found = strstr(line, detail);

        if (strncmp(line, begin, (size_t)length) == 0 && found &&
            memchr(line, '\n', (size_t)(found - line)) == NULL)
            return true;
    }
    return false;
}

/* Nothing is tried where something is missing that a run needs. */
static void check_cannot_run(int status)
{
    ck_assert_int_eq(status, STATUS_NO_KVM);
    ck_assert_msg(strstr(printed, "\n`babyvisor run` cannot work here yet.\n"), "%s", printed);
    ck_assert_msg(!strstr(printed, "trial run"), "%s", printed);
    status = doctor("--json");
    ck_assert_int_eq(status, STATUS_NO_KVM);
    ck_assert_msg(strstr(printed, "\"usable\":false,\"run_status\":69,"), "%s", printed);
    ck_assert_msg(strstr(printed, "{\"verdict\":\"missing\","), "%s", printed);
}

START_TEST(names_each_capability_that_is_missing)
{
    for (size_t i = 0; i < kvm_capability_count; i++) {
        lacking = &kvm_capabilities[i];

        const int status = doctor("");

        ck_assert_msg(finds(lacking->required ? "missing" : "note", lacking->name, "use Linux "),
                      "%s", printed);
        for (size_t j = 0; j < kvm_capability_count; j++)
            ck_assert_msg(j == i || finds("ok", kvm_capabilities[j].name, kvm_capabilities[j].use),
                          "%s", printed);
        if (lacking->required)
            check_cannot_run(status);
        else
            ck_assert_msg(finds("missing", "trial run", "KVM_CREATE_VM"), "%s", printed);
    }
}
END_TEST

START_TEST(names_a_kvm_of_another_version)
{
    api_version = KVM_API_VERSION + 1;

    const int status = doctor("");

    ck_assert_msg(finds("missing", "/dev/kvm", "API version 13, not 12"), "%s", printed);
    check_cannot_run(status);
}
END_TEST

START_TEST(names_a_device_that_is_not_kvm)
{
    api_version = -ENOTTY;

    const int status = doctor("");

    ck_assert_msg(finds("missing", "/dev/kvm", "not KVM"), "%s", printed);
    check_cannot_run(status);
}
END_TEST

START_TEST(names_a_device_that_is_not_there)
{
    wrap_kvm = "/nonexistent/kvm";

    const int status = doctor("");

    ck_assert_msg(finds("missing", "/dev/kvm", ""), "%s", printed);
    check_cannot_run(status);
}
END_TEST

/* A failed trial run is missing with its reason and status, and the kind of KVM may be unknown. */
START_TEST(tries_a_kvm_of_unknown_kind)
{
    wrap_access = no_module;
    ck_assert_int_eq(doctor(""), STATUS_SYSTEM);
    ck_assert_msg(finds("note", "kind of KVM", "unknown"), "%s", printed);
    ck_assert_msg(finds("missing", "trial run", "KVM_CREATE_VM"), "%s", printed);
    ck_assert_int_eq(doctor("--json"), STATUS_SYSTEM);
    ck_assert_msg(strstr(printed, "\"host\":\"unknown\",\"usable\":false,\"run_status\":71,"), "%s",
                  printed);
}
END_TEST

Suite *suite_doctor(void)
{
    Suite *suite = suite_create("doctor");
    TCase *tests = tcase_create("doctor");

    tcase_add_checked_fixture(tests, make_host, free_host);
    tcase_add_test(tests, names_each_capability_that_is_missing);
    tcase_add_test(tests, names_a_kvm_of_another_version);
    tcase_add_test(tests, names_a_device_that_is_not_kvm);
    tcase_add_test(tests, names_a_device_that_is_not_there);
    tcase_add_test(tests, tries_a_kvm_of_unknown_kind);
    suite_add_tcase(suite, tests);
    return suite;
}
