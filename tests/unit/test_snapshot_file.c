/* Files of snapshots that are not what they should be. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "suites.h"
#include "unit/kept.h"
#include "vmm/kvm.h"

static struct error error;

/* A copy of the bytes that ends where memory does. */
static const char *at_the_end(const char *bytes, size_t length)
{
    const size_t room = (SNAPSHOT_MAX + 2 * ABI_PAGE) / ABI_PAGE * ABI_PAGE;
    static char *end;

    if (!end) {
        end =
            mmap(NULL, room + ABI_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        ck_assert_ptr_ne(end, MAP_FAILED);
        end += room;
        ck_assert_int_eq(mprotect(end, ABI_PAGE, PROT_NONE), 0);
    }
    return memcpy(end - length, bytes, length);
}

static void assert_refused(const char *bytes, size_t length, const char *what, size_t at)
{
    static struct snapshot snapshot;
    const uint8_t *pages;

    ck_assert_msg(kept_read(&snapshot, &pages, at_the_end(bytes, length), length, &error) < 0,
                  "%s %zu is read", what, at);
    ck_assert_int_eq(error.status, STATUS_DATA);
    ck_assert_str_ne(error.text, "");
}

START_TEST(every_byte_matters)
{
    size_t length;
    char *bytes;

    if (!kept_possible())
        return;
    bytes = kept_any(&length);
    for (size_t at = 0; at < length; at += at < sizeof(struct snapshot) ? 7 : 4093) {
        bytes[at] = (char)(bytes[at] ^ 1 << at % 8);
        assert_refused(bytes, length, "changed at", at);
        bytes[at] = (char)(bytes[at] ^ 1 << at % 8);
        assert_refused(bytes, at, "cut at", at);
    }
    bytes = realloc(bytes, length + 1);
    bytes[length] = 0;
    assert_refused(bytes, length + 1, "longer by", 1);
    free(bytes);
}
END_TEST

/* What no VMM has, with the right check: a number a row. */
#define NUMBER(field, value)                                                                       \
    {                                                                                              \
#field, offsetof(struct snapshot, field), value                                            \
    }

static const struct {
    const char *name;
    size_t at;
    uint32_t value;
} impossible[] = {
    NUMBER(size, 1),
    NUMBER(host, KVM_KIND_PVM + 1),
    NUMBER(transport, TRANSPORT_COUNT),
    NUMBER(booted, 2),
    NUMBER(booted, UINT32_MAX),
    NUMBER(outstanding, 2),
    NUMBER(words_in, ABI_JOB_WORDS + 1),
    NUMBER(words_out, ABI_RESULT_WORDS + 1),
    NUMBER(fault_words, ABI_FAULT_WORDS + 1),
    NUMBER(msr_count, SNAPSHOT_MSRS + 1),
    NUMBER(msrs[0].index, 0x10),
    NUMBER(xcrs.nr_xcrs, KVM_MAX_XCRS + 1),
    NUMBER(sregs.efer, 0x1d00), /* SVME */
    NUMBER(job.engine, ENGINE_COUNT),
    NUMBER(job.state.ci, ABI_LINES),
    NUMBER(pages[(SNAPSHOT_PAGES + 63) / 64 * 8 - 4], 0x80000000),
};

static void seal(char *bytes, size_t length)
{
    static struct snapshot snapshot;

    memcpy(&snapshot, bytes, sizeof(snapshot));
    snapshot.check = snapshot_check(&snapshot, (const uint8_t *)bytes + sizeof(snapshot),
                                    length - sizeof(snapshot));
    memcpy(bytes, &snapshot, sizeof(snapshot));
}

START_TEST(refuses_what_cannot_be)
{
    static struct snapshot snapshot;
    const uint8_t *pages;
    size_t length;
    char *bytes;

    if (!kept_possible())
        return;
    bytes = kept_any(&length);
    memcpy(bytes + impossible[_i].at, &impossible[_i].value, sizeof(uint32_t));
    seal(bytes, length);
    assert_refused(bytes, length, impossible[_i].name, impossible[_i].at);
    /* What was sealed without a change is read. */
    free(bytes);
    bytes = kept_any(&length);
    seal(bytes, length);
    ck_assert_int_eq(kept_read(&snapshot, &pages, bytes, length, &error), 0);
    free(bytes);
}
END_TEST

/* More that is impossible together: a job before the boot, and one that ends beyond all counts. */
START_TEST(refuses_what_does_not_fit)
{
    static struct snapshot snapshot;
    size_t length;
    char *bytes;

    if (!kept_possible())
        return;
    bytes = kept_any(&length);
    memcpy(&snapshot, bytes, sizeof(snapshot));
    snapshot.booted = 0;
    snapshot.outstanding = 1;
    memcpy(bytes, &snapshot, sizeof(snapshot));
    seal(bytes, length);
    assert_refused(bytes, length, "a job before the boot", 0);
    snapshot.booted = 1;
    snapshot.outstanding = 0;
    snapshot.msr_count = SNAPSHOT_MSRS + 1;
    snapshot.xsave[0] = snapshot.msrs[0].index;
    memcpy(bytes, &snapshot, sizeof(snapshot));
    seal(bytes, length);
    assert_refused(bytes, length, "an MSR beyond the list", 0);
    snapshot.msr_count = 0;
    memcpy(bytes, &snapshot, sizeof(snapshot));
    seal(bytes, length - ABI_PAGE);
    assert_refused(bytes, length - ABI_PAGE, "a page too few", 0);
    snapshot.job.state.executed = UINT64_MAX;
    snapshot.job.budget = 1;
    memcpy(bytes, &snapshot, sizeof(snapshot));
    seal(bytes, length);
    assert_refused(bytes, length, "a count that wraps", 0);
    free(bytes);
}
END_TEST

Suite *suite_snapshot_file(void)
{
    Suite *suite = suite_create("snapshot_file");
    TCase *tests = tcase_create("file");

    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, every_byte_matters);
    tcase_add_loop_test(tests, refuses_what_cannot_be, 0,
                        (int)(sizeof(impossible) / sizeof(impossible[0])));
    tcase_add_test(tests, refuses_what_does_not_fit);
    suite_add_tcase(suite, tests);
    return suite;
}
