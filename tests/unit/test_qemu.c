/* The report of a guest that another VMM has booted: what guest/pvh.c writes passes, nothing else.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "measure/qemu_job.h"
#include "measure/qemu_report.h"
#include "suites.h"

#define BEGIN "babyvisor begin job 7 engine 2 runs 12\n"
#define END   "babyvisor end job 7 engine 2 stop 1 executed 40 ci 13 a 0000beef"
#define STORE                                                                                      \
    "\nstore 0 00000000 00000001 00000002 00000003 00000004 00000005 00000006 00000007"            \
    "\nstore 8 00000008 00000009 0000000a 0000000b 0000000c 0000e000 0000000e 0000000f"            \
    "\nstore 16 00000010 00000011 00000012 00000013 00000014 00000015 00000016 00000017"           \
    "\nstore 24 00000018 00000019 0000001a 0000001b 0000001c 0000001d 0000001e fedcba98\n"
#define GOOD BEGIN END STORE

static const struct abi_job job = {.budget = 100, .engine = 2, .id = 7};

/* The text ends where its memory does, so that whatever reads past it faults. */
static int parse(const char *text, size_t length, struct abi_result *result, struct error *error)
{
    const size_t size = 4096;
    char *pages = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *exact = pages + size - length;
    int answer;

    ck_assert_ptr_ne(pages, MAP_FAILED);
    ck_assert_uint_le(length, size);
    ck_assert_int_eq(mprotect(pages + size, size, PROT_NONE), 0);
    memcpy(exact, text, length);
    answer = qemu_report(exact, length, &job, 12, result, error);
    munmap(pages, 2 * size);
    return answer;
}

START_TEST(reads_a_report)
{
    struct abi_result result;
    struct error error;

    ck_assert_uint_lt(strlen(GOOD), QEMU_REPORT_MAX);
    ck_assert_int_eq(parse(GOOD, strlen(GOOD), &result, &error), 0);
    ck_assert_uint_eq(result.stop, STOP_STP);
    ck_assert_uint_eq(result.state.executed, 40);
    ck_assert_uint_eq(result.state.ci, 13);
    ck_assert_uint_eq(result.state.a, 0xbeef);
    ck_assert_uint_eq(result.state.store[0], 0);
    ck_assert_uint_eq(result.state.store[16], 16);
    ck_assert_uint_eq(result.state.store[31], 0xfedcba98);
}
END_TEST

START_TEST(refuses_each_part_of_one)
{
    struct abi_result result;
    struct error error;

    for (size_t length = 0; length < strlen(GOOD); length++) {
        ck_assert_int_eq(parse(GOOD, length, &result, &error), -EPROTO);
        ck_assert_int_eq(error.status, STATUS_GUEST);
    }
}
END_TEST

START_TEST(refuses_each_other_byte)
{
    const size_t length = strlen(GOOD);
    struct abi_result result;
    struct error error;
    char text[QEMU_REPORT_MAX];

    for (size_t i = 0; i < length; i++) {
        memcpy(text, GOOD, length);
        text[i] = '\x1b';
        ck_assert_int_eq(parse(text, length, &result, &error), -EPROTO);
        ck_assert_ptr_null(strchr(error.text, '\x1b'));
    }
}
END_TEST

static const struct {
    const char *what, *text, *says;
} lies[] = {
    {"nothing", "", "malformed report at byte 0"},
    {"something else", "babyvisor has no job: bye\n",
     "malformed report at byte 0: \"babyvisor has no job: bye"},
    {"a byte too many", GOOD "\n", "malformed report at byte"},
    {"two reports", GOOD GOOD, "malformed report at byte"},
    {"end alone", END STORE, "malformed report at byte 0"},
    {"other runs", "babyvisor begin job 7 engine 2 runs 11\n" END STORE, "began 11 runs"},
    {"begin of another job", "babyvisor begin job 8 engine 2 runs 12\n" END STORE, "of job 8"},
    {"begin of another engine", "babyvisor begin job 7 engine 1 runs 12\n" END STORE,
     "with engine 1"},
    {"end of another job",
     BEGIN "babyvisor end job 8 engine 2 stop 1 executed 40 ci 13 a 00000000" STORE,
     "result of job 8"},
    {"unknown stop", BEGIN "babyvisor end job 7 engine 2 stop 3 executed 40 ci 13 a 00000000" STORE,
     "unknown stop 3"},
    {"above the budget",
     BEGIN "babyvisor end job 7 engine 2 stop 1 executed 101 ci 13 a 00000000" STORE,
     "instructions executed: 101"},
    {"no STP there", BEGIN "babyvisor end job 7 engine 2 stop 1 executed 40 ci 12 a 00000000" STORE,
     "stopped by STP on line 12"},
    {"CI too large", BEGIN "babyvisor end job 7 engine 2 stop 1 executed 40 ci 32 a 00000000" STORE,
     "CI is 32"},
    {"CI above 32 bits",
     BEGIN "babyvisor end job 7 engine 2 stop 1 executed 40 ci 4294967309 a 00000000" STORE,
     "malformed report at byte"},
    {"count above 64 bits",
     BEGIN "babyvisor end job 7 engine 2 stop 1 executed 18446744073709551656 ci 13 a 0" STORE,
     "malformed report at byte"},
    {"zero in front",
     BEGIN "babyvisor end job 7 engine 2 stop 1 executed 040 ci 13 a 00000000" STORE,
     "malformed report at byte"},
    {"minus", BEGIN "babyvisor end job 7 engine 2 stop 1 executed -40 ci 13 a 00000000" STORE,
     "malformed report at byte"},
    {"capital letters",
     BEGIN "babyvisor end job 7 engine 2 stop 1 executed 40 ci 13 a 0000BEEF" STORE,
     "malformed report at byte"},
};

START_TEST(refuses_lies)
{
    struct abi_result result;
    struct error error;

    ck_assert_msg(parse(lies[_i].text, strlen(lies[_i].text), &result, &error) == -EPROTO,
                  "%s: taken", lies[_i].what);
    ck_assert_int_eq(error.status, STATUS_GUEST);
    ck_assert_msg(strstr(error.text, lies[_i].says), "%s: \"%s\" does not say \"%s\"",
                  lies[_i].what, error.text, lies[_i].says);
}
END_TEST

START_TEST(makes_jobs)
{
    const struct baby start = {.store = {[1] = 7u << 13}, .a = 5, .ci = 31, .executed = 9};
    struct pvh_module module;

    ck_assert_uint_eq(qemu_job(&module, &start, ENGINE_THREADED, 1000), sizeof(struct abi_job));
    ck_assert_uint_eq(module.job.engine, ENGINE_THREADED);
    ck_assert_uint_eq(module.job.budget, 1000);
    ck_assert_uint_eq(module.job.state.store[1], 7u << 13);
    ck_assert_uint_eq(module.job.state.ci, 31);
    ck_assert_uint_eq(module.job.state.executed, 0);
    ck_assert_uint_eq(qemu_job(&module, &start, ENGINE_STATIC, 1), sizeof(struct pvh_module));
    ck_assert_uint_ne(((const struct abi_translation *)(const void *)module.pages)->translated, 0);
}
END_TEST

Suite *suite_qemu(void)
{
    Suite *suite = suite_create("qemu");
    TCase *tests = tcase_create("qemu");

    tcase_add_test(tests, reads_a_report);
    tcase_add_test(tests, refuses_each_part_of_one);
    tcase_add_test(tests, refuses_each_other_byte);
    tcase_add_loop_test(tests, refuses_lies, 0, sizeof(lies) / sizeof(lies[0]));
    tcase_add_test(tests, makes_jobs);
    suite_add_tcase(suite, tests);
    return suite;
}
