/* The reference step: every function of the PRM with the cases in which emulators differ. */
#include <string.h>

#include "ssem/isa.h"
#include "ssem/step.h"
#include "suites.h"

#define W(function, line) ((uint32_t)WORD_##function << 13 | (line))
#define MIN               0x80000000u

/* One instruction in the line after ci, its operand in line 9, and what it must leave. */
static const struct {
    const char *what;
    uint32_t word, ci, a, operand;
    uint32_t ci_after, a_after, operand_after;
    bool goes_on;
} cases[] = {
    {"JMP: S[n], the next line then follows", W(JMP, 9), 0, 5, 20, 20, 5, 20, true},
    {"JMP: modulo 32", W(JMP, 9), 0, 5, 64 + 7, 7, 5, 64 + 7, true},
    {"JMP: negative", W(JMP, 9), 0, 5, 0u - 1, 31, 5, 0u - 1, true},
    {"JRP: CI + S[n]", W(JRP, 9), 3, 5, 2, 6, 5, 2, true},
    {"JRP: backwards", W(JRP, 9), 7, 5, 0u - 3, 5, 5, 0u - 3, true},
    {"JRP: wraps past 31", W(JRP, 9), 29, 5, 4, 2, 5, 4, true},
    {"JRP: wraps below 0", W(JRP, 9), 0, 5, 0u - 2, 31, 5, 0u - 2, true},
    {"JRP: -2^31 is 0 modulo 32", W(JRP, 9), 3, 5, MIN, 4, 5, MIN, true},
    {"JRP to itself goes on for ever", W(JRP, 9), 3, 5, 0u - 1, 3, 5, 0u - 1, true},
    {"LDN: negates", W(LDN, 9), 0, 5, 7, 1, 0u - 7, 7, true},
    {"LDN: zero", W(LDN, 9), 0, 5, 0, 1, 0, 0, true},
    {"LDN: -2^31 negated is itself", W(LDN, 9), 0, 5, MIN, 1, MIN, MIN, true},
    {"STO: writes A", W(STO, 9), 0, 5, 7, 1, 5, 5, true},
    {"SUB: subtracts", W(SUB, 9), 0, 5, 7, 1, 0u - 2, 7, true},
    {"SUB: wraps below -2^31", W(SUB, 9), 0, MIN, 1, 1, 0x7fffffffu, 1, true},
    {"SUB: wraps above 2^31 - 1", W(SUB, 9), 0, 0x7fffffffu, 0u - 1, 1, MIN, 0u - 1, true},
    {"function 5 is SUB", W(SUB5, 9), 0, 5, 7, 1, 0u - 2, 7, true},
    {"CMP: A negative skips", W(CMP, 9), 0, 0u - 1, 7, 2, 0u - 1, 7, true},
    {"CMP: A = -2^31 skips", W(CMP, 9), 0, MIN, 7, 2, MIN, 7, true},
    {"CMP: A zero does not skip", W(CMP, 9), 0, 0, 7, 1, 0, 7, true},
    {"CMP: A positive does not skip", W(CMP, 9), 0, 1, 7, 1, 1, 7, true},
    {"CMP: skips past 31", W(CMP, 9), 30, 0u - 1, 7, 0, 0u - 1, 7, true},
    {"STP: stops with CI on its line", W(STP, 9), 4, 5, 7, 5, 5, 7, false},
    {"CI wraps: line 0 follows line 31", W(LDN, 9), 31, 5, 7, 0, 0u - 7, 7, true},
    {"line number: 5 bits", W(LDN, 9) | 0x1fe0, 0, 5, 7, 1, 0u - 7, 7, true},
    {"bits 16 to 31 are ignored", W(LDN, 9) | 0xffff0000u, 0, 5, 7, 1, 0u - 7, 7, true},
};

START_TEST(obeys)
{
    struct baby m = {.a = cases[_i].a, .ci = cases[_i].ci};
    const char *what = cases[_i].what;

    m.store[9] = cases[_i].operand;
    m.store[(m.ci + 1) % ABI_LINES] = cases[_i].word;
    ck_assert_msg(step(&m) == cases[_i].goes_on, "%s: goes on", what);
    ck_assert_msg(m.ci == cases[_i].ci_after, "%s: CI is %u, not %u", what, m.ci,
                  cases[_i].ci_after);
    ck_assert_msg(m.a == cases[_i].a_after, "%s: A is %#x, not %#x", what, m.a, cases[_i].a_after);
    ck_assert_msg(m.store[9] == cases[_i].operand_after, "%s: S[9] is %#x, not %#x", what,
                  m.store[9], cases[_i].operand_after);
}
END_TEST

START_TEST(resumes_after_stp)
{
    struct baby m = {.store = {[1] = W(STP, 0), [2] = W(LDN, 9), [3] = W(STP, 0), [9] = 7}};

    ck_assert_int_eq(step_run(&m, UINT64_MAX), STOP_STP);
    ck_assert_uint_eq(m.executed, 1);
    ck_assert_uint_eq(m.ci, 1);
    ck_assert_int_eq(step_run(&m, UINT64_MAX), STOP_STP);
    ck_assert_uint_eq(m.executed, 2);
    ck_assert_uint_eq(m.ci, 3);
    ck_assert_uint_eq(m.a, 0u - 7);
}
END_TEST

START_TEST(budget_is_exact)
{
    struct baby m = {.store = {[1] = W(LDN, 9), [2] = W(STP, 0)}};

    ck_assert_int_eq(step_run(&m, 0), STOP_LIMIT);
    ck_assert_uint_eq(m.executed, 0);
    ck_assert_uint_eq(m.ci, 0);
    ck_assert_int_eq(step_run(&m, 1), STOP_LIMIT);
    ck_assert_uint_eq(m.executed, 1);
    ck_assert_int_eq(step_run(&m, 1), STOP_STP);
}
END_TEST

Suite *suite_step(void)
{
    Suite *suite = suite_create("step");
    TCase *tests = tcase_create("step");

    tcase_add_loop_test(tests, obeys, 0, sizeof(cases) / sizeof(cases[0]));
    tcase_add_test(tests, resumes_after_stp);
    tcase_add_test(tests, budget_is_exact);
    suite_add_tcase(suite, tests);
    return suite;
}
