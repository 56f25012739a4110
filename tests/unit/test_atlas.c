/* The rows of the exit atlas, and how what happened is put into words. */
#include <linux/kvm.h>
#include <string.h>

#include "atlas/atlas.h"
#include "atlas/code.h"
#include "atlas/sensitive.h"
#include "report/atlas_text.h"
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
    ck_assert_str_eq(atlas_group_name(atlas_find("machine")->group), "machines");
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
    assert_text(&result, "handled in the kernel, wrong answer");
    result.row = atlas_find("bus-lock");
    result.answer = ATLAS_NO_ANSWER;
    result.happened = ATLAS_NOT_OFFERED;
    assert_text(&result, "not offered: no KVM_CAP_X86_BUS_LOCK_EXIT");
    result.capability = 5;
    assert_text(&result, "not offered: KVM_CAP_X86_BUS_LOCK_EXIT is 0x5");
}
END_TEST

START_TEST(knows_how_an_instruction_behaves)
{
    struct atlas_result result = {.row = atlas_find("popf"), .ring = 3, .happened = ATLAS_NATIVE};

    ck_assert_int_eq(sensitive_way(&result), SENSITIVE_RUNS);
    result.kernel = -1;
    ck_assert_int_eq(sensitive_way(&result), SENSITIVE_UNKNOWN);
    result.happened = ATLAS_EMULATED;
    ck_assert_int_eq(sensitive_way(&result), SENSITIVE_EXITS);
    result.happened = ATLAS_FAULT;
    ck_assert_int_eq(sensitive_way(&result), SENSITIVE_TRAPS);
    result.happened = ATLAS_HUNG;
    ck_assert_int_eq(sensitive_way(&result), SENSITIVE_UNKNOWN);
    ck_assert(sensitive_counts(atlas_find("popf")));
    ck_assert(sensitive_counts(atlas_find("hlt")));
    ck_assert(!sensitive_counts(atlas_find("sgdt-umip")));
    ck_assert(!sensitive_counts(atlas_find("ud2")));
}
END_TEST

/* An instruction that counts is sensitive, and the atlas has it once. */
START_TEST(classes_agree_with_the_theorems)
{
    const struct atlas_row *row, *other;

    for (size_t n = 0; (row = atlas_at(n)); n++) {
        if (!sensitive_counts(row))
            continue;
        ck_assert_msg(row->class & (ATLAS_CONTROL | ATLAS_BEHAVIOUR), "%s is innocuous", row->name);
        ck_assert_msg(row->rings & ATLAS_RING_3, "%s has no ring 3", row->name);
        for (size_t k = n + 1; (other = atlas_at(k)); k++)
            ck_assert_msg(!sensitive_counts(other) || other->guest != row->guest, "%s and %s",
                          row->name, other->name);
    }
    ck_assert(!(atlas_find("nothing")->class));
}
END_TEST

/* Results in ring 3 of all rows that count, in which every one traps. */
static size_t all_trap(struct atlas_result *results)
{
    const struct atlas_row *row;
    size_t count = 0;

    for (size_t n = 0; (row = atlas_at(n)); n++)
        if (sensitive_counts(row)) {
            ck_assert_uint_lt(count, SENSITIVE_MAX);
            results[count++] =
                (struct atlas_result){.row = row, .ring = 3, .happened = ATLAS_FAULT};
        }
    return count;
}

static struct atlas_result *result_of(struct atlas_result *results, const char *name)
{
    while (strcmp(results->row->name, name) != 0)
        results++;
    return results;
}

START_TEST(says_yes_to_all_alone)
{
    static struct atlas_result results[SENSITIVE_MAX];
    static struct sensitive_verdict verdict;
    const size_t count = all_trap(results);

    sensitive_judge(&verdict, results, count);
    ck_assert_int_eq(verdict.theorem1.holds, SENSITIVE_YES);
    ck_assert_int_eq(verdict.theorem3.holds, SENSITIVE_YES);
    ck_assert_uint_eq(verdict.theorem1.all.count, count);
    sensitive_judge(&verdict, results, count - 1);
    ck_assert_int_eq(verdict.theorem1.holds, SENSITIVE_UNDECIDED);
    ck_assert_uint_eq(verdict.theorem1.missing.count, 1);
    ck_assert_ptr_eq(verdict.theorem1.missing.rows[0], results[count - 1].row);
    result_of(results, "popf")->happened = ATLAS_NOT_RUN;
    sensitive_judge(&verdict, results, count);
    ck_assert_int_eq(verdict.theorem1.holds, SENSITIVE_UNDECIDED);
    ck_assert_int_eq(verdict.theorem3.holds, SENSITIVE_YES);
    sensitive_judge(&verdict, NULL, 0);
    ck_assert_int_eq(verdict.theorem1.holds, SENSITIVE_UNDECIDED);
    ck_assert_uint_eq(verdict.theorem1.missing.count, count);
}
END_TEST

START_TEST(says_no_to_one)
{
    static struct atlas_result results[SENSITIVE_MAX];
    static struct sensitive_verdict verdict;
    const size_t count = all_trap(results);
    struct atlas_result *popf = result_of(results, "popf"), *lar = result_of(results, "lar");

    popf->happened = ATLAS_NATIVE;
    popf->answer = ATLAS_WRONG;
    sensitive_judge(&verdict, results, count);
    ck_assert_int_eq(verdict.theorem1.holds, SENSITIVE_NO);
    ck_assert_int_eq(verdict.theorem3.holds, SENSITIVE_YES);
    ck_assert_uint_eq(verdict.wrong.count, 1);
    sensitive_judge(&verdict, popf, 1);
    ck_assert_int_eq(verdict.theorem1.holds, SENSITIVE_NO);
    ck_assert_int_eq(verdict.theorem3.holds, SENSITIVE_UNDECIDED);
    lar->happened = ATLAS_NATIVE;
    lar->answer = ATLAS_RIGHT;
    sensitive_judge(&verdict, results, count);
    ck_assert_int_eq(verdict.theorem3.holds, SENSITIVE_NO);
    ck_assert_uint_eq(verdict.theorem1.against.count, 2);
    ck_assert_ptr_eq(verdict.theorem3.against.rows[0], lar->row);
    ck_assert_uint_eq(verdict.wrong.count, 1);
    lar->ring = 0;
    sensitive_judge(&verdict, results, count);
    ck_assert_int_eq(verdict.theorem3.holds, SENSITIVE_UNDECIDED);
}
END_TEST

Suite *suite_atlas(void)
{
    Suite *suite = suite_create("atlas");
    TCase *tests = tcase_create("atlas");

    tcase_add_test(tests, rows_are_complete);
    tcase_add_test(tests, listings_cover_the_code);
    tcase_add_test(tests, tells_what_happened);
    tcase_add_test(tests, knows_how_an_instruction_behaves);
    tcase_add_test(tests, classes_agree_with_the_theorems);
    tcase_add_test(tests, says_yes_to_all_alone);
    tcase_add_test(tests, says_no_to_one);
    suite_add_tcase(suite, tests);
    return suite;
}
