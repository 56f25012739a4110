/* The rows of the exit atlas, and how what happened is put into words. */
#include <linux/kvm.h>
#include <string.h>

#include "atlas/atlas.h"
#include "atlas/code.h"
#include "report/atlas_text.h"
#include "report/sensitive.h"
#include "suites.h"

START_TEST(rows_are_complete)
{
    const struct atlas_row *row;
    enum atlas_group group = ATLAS_PORTS;
    size_t n;

    for (n = 0; (row = atlas_at(n)); n++) {
        ck_assert_ptr_nonnull(row->guest);
        ck_assert_ptr_eq(atlas_find(row->name), row);
        ck_assert_msg(row->rings & (ATLAS_RING_0 | ATLAS_RING_3), "%s runs nowhere", row->name);
        ck_assert_msg(strlen(row->provokes) < 80, "%s: provokes", row->name);
        ck_assert_msg(strlen(row->story) >= 10, "%s has no story", row->name);
        ck_assert_int_ge(row->group, group);
        group = row->group;
    }
    ck_assert_uint_gt(n, 80);
    ck_assert_ptr_null(atlas_find("nothing at all"));
    ck_assert_ptr_nonnull(atlas_find(ATLAS_NOTHING));
}
END_TEST

/* The listing covers each guest's bytes from its begin to its end, in order and without a gap. */
START_TEST(listings_cover_the_code)
{
    const struct atlas_row *row;

    for (size_t n = 0; (row = atlas_at(n)); n++) {
        const uint8_t *next = row->guest->begin;
        struct code_line line;
        unsigned labels = 0;

        for (size_t i = 0; code_line(row->guest, i, &line) == 0; i++) {
            ck_assert_ptr_eq(line.bytes, next);
            ck_assert_uint_ge(line.size, 1);
            ck_assert_uint_le(line.size, CODE_BYTES);
            ck_assert_uint_gt(strlen(line.text), 2);
            labels += line.label != NULL;
            next = line.bytes + line.size;
        }
        ck_assert_ptr_eq(next, row->guest->end);
        /* A guest without instructions of its own has `loop` where `after` is. */
        ck_assert_uint_eq(labels, row->guest->loop == row->guest->after ? 2 : 3);
    }
}
END_TEST

static void assert_text(const struct atlas_result *result, const char *want)
{
    char text[240];

    ck_assert_str_eq(atlas_text_happened(result, text, sizeof(text)), want);
}

START_TEST(tells_what_happened)
{
    struct atlas_result result = {
        .row = atlas_find("out32"),
        .happened = ATLAS_EXIT,
        .reason = KVM_EXIT_IO,
        .exits = 1,
    };

    assert_text(&result, "exit IO");
    result.reason = 4711;
    assert_text(&result, "exit 4711");
    result.reason = KVM_EXIT_HLT;
    result.exits = 32;
    assert_text(&result, "exit HLT, 32 times");
    result.happened = ATLAS_FAULT;
    result.vector = 13;
    assert_text(&result, "fault #GP in the guest");
    result.vector = 128;
    result.stuck = true;
    assert_text(&result, "fault vector 128 in the guest, returns to itself");
    result.happened = ATLAS_HUNG;
    assert_text(&result, "hung, and was stopped");
    result.happened = ATLAS_KERNEL;
    result.answer = ATLAS_WRONG;
    assert_text(&result, "handled in the kernel, tells wrong");
    result.row = atlas_find("bus-lock");
    result.answer = ATLAS_NO_ANSWER;
    result.happened = ATLAS_NOT_OFFERED;
    assert_text(&result, "not offered: capability 0");
}
END_TEST

START_TEST(judges_sensitive_instructions)
{
    struct atlas_result result = {.row = atlas_find("popf"), .ring = 3, .happened = ATLAS_NATIVE};

    ck_assert(sensitive_counts(&result));
    ck_assert_int_eq(sensitive_way(&result), SENSITIVE_RUNS);
    result.happened = ATLAS_EMULATED;
    ck_assert_int_eq(sensitive_way(&result), SENSITIVE_EXITS);
    result.happened = ATLAS_FAULT;
    ck_assert_int_eq(sensitive_way(&result), SENSITIVE_TRAPS);
    result.happened = ATLAS_HUNG;
    ck_assert(!sensitive_counts(&result));
    result = (struct atlas_result){.row = atlas_find("popf"), .happened = ATLAS_NATIVE};
    ck_assert(!sensitive_counts(&result));
    result = (struct atlas_result){.row = atlas_find("sgdt-umip"), .ring = 3};
    result.happened = ATLAS_FAULT;
    ck_assert(!sensitive_counts(&result));
    result.row = atlas_find("ud2");
    ck_assert(!sensitive_counts(&result));
}
END_TEST

Suite *suite_atlas(void)
{
    Suite *suite = suite_create("atlas");
    TCase *tests = tcase_create("atlas");

    tcase_add_test(tests, rows_are_complete);
    tcase_add_test(tests, listings_cover_the_code);
    tcase_add_test(tests, tells_what_happened);
    tcase_add_test(tests, judges_sensitive_instructions);
    suite_add_tcase(suite, tests);
    return suite;
}
