/* The assembler: what each way of writing comes to, and what errors look like. */
#include <string.h>

#include "ssem/assembler.h"
#include "ssem/isa.h"
#include "suites.h"

#define W(function, line) ((uint32_t)WORD_##function << 13 | (line))

static struct error error;

static int assemble(struct baby *m, const char *text, int origin)
{
    struct source source = {.name = "t", .text = text, .length = strlen(text), .origin = origin};
    struct diagnostics d = {.error = &error, .name = source.name};

    memset(m, 0, sizeof(*m));
    assembler_read(m, &source, &d);
    return diagnostics_result(&d);
}

/* A text, and a word that must stand on a line. */
static const struct {
    const char *text;
    unsigned line;
    uint32_t word;
} valid[] = {
    {"JMP 24", 0, W(JMP, 24)},
    {"JRP 24", 0, W(JRP, 24)},
    {"jpr 24", 0, W(JRP, 24)},
    {"Jmr 24", 0, W(JRP, 24)},
    {"LDN 24", 0, W(LDN, 24)},
    {"STO 24", 0, W(STO, 24)},
    {"SUB 24", 0, W(SUB, 24)},
    {"CMP", 0, W(CMP, 0)},
    {"skn", 0, W(CMP, 0)},
    {"STP", 0, W(STP, 0)},
    {"hlt", 0, W(STP, 0)},
    {"Stop", 0, W(STP, 0)},
    {"Test", 0, W(CMP, 0)},
    {"STP 7", 0, W(STP, 7)},
    {"24,C", 0, W(JMP, 24)},
    {"s,C 24", 0, W(JMP, 24)},
    {"c+24,C", 0, W(JRP, 24)},
    {"c+s,C 24", 0, W(JRP, 24)},
    {"-24,A", 0, W(LDN, 24)},
    {"-s,A 24", 0, W(LDN, 24)},
    {"a,24", 0, W(STO, 24)},
    {"a,S 24", 0, W(STO, 24)},
    {"a-24,A", 0, W(SUB, 24)},
    {"a-s,A 24", 0, W(SUB, 24)},
    {"A - S , a 24", 0, W(SUB, 24)},
    {"a-x,A\nx:", 0, W(SUB, 1)},
    {"5 -24,A", 5, W(LDN, 24)},
    {"5 24,C", 5, W(JMP, 24)},
    {"NUM 7", 0, 7},
    {"VAR -7", 0, 0u - 7},
    {"7", 0, 7},
    {"-7", 0, 0u - 7},
    {"NUM 0x1F", 0, 31},
    {"NUM -0x1F", 0, 0u - 31},
    {"NUM 010", 0, 10},
    {"BIN 10000000000000000000000000000001", 0, 0x80000001u},
    {"bnum 11000000000000000000000000000000", 0, 3},
    {"bins 11000000000000000000000000000000", 0, 3},
    {"; a comment\n11000000000000000000000000000000", 0, 3},
    {"0007:11000000000000000000000000000000", 7, 3},
    {"0007 11000000000000000000000000000000", 7, 3},
    {"LDN 1 ; a\nLDN 2 -- b\nLDN 3 # c\nLDN 4 // d\nLDN 5", 4, W(LDN, 5)},
    {"LDN 1--2", 0, W(LDN, 1)},
    {"\n\n  \t\nLDN 1\r\n\r\nLDN 2\r\n", 1, W(LDN, 2)},
    {"LDN 1 ; old Mac\rLDN 2\r\rLDN 3\r", 2, W(LDN, 3)},
    {"LDN 1\n\f\nLDN\v2\r\n", 1, W(LDN, 2)},
    {"07 LDN 24", 7, W(LDN, 24)},
    {"07: LDN 24", 7, W(LDN, 24)},
    {"07 : LDN 24", 7, W(LDN, 24)},
    {"0x1F LDN 24", 31, W(LDN, 24)},
    {"1\n07 LDN 24", 7, W(LDN, 24)},
    {"2\n07 LDN 24\n08", 7, W(LDN, 24)},
    {"07 LDN 24\n08\n09 -- later", 9, 0},
    {"4\nLDN 24", 0, 4},
    {"STP\nloop: LDN loop", 1, W(LDN, 1)},
    {"CMP\nloop:\n\nSTP\nNUM loop-1", 2, 0},
    {"NUM end\nend:", 0, 1},
    {"NUM 3-a+a+2\na:", 0, 5},
    {"12 a: STP\n3 LDN a", 3, W(LDN, 12)},
    {"a:\n12 STP\n3 LDN a", 3, W(LDN, 12)},
    {"STOP: STOP\nJMP STOP", 1, W(JMP, 0)},
    {"20:\na: STP\nLDN a", 21, W(LDN, 20)},
    {"20: a:\nSTP\nLDN a", 21, W(LDN, 20)},
    {"STP\nb:\n20:\nLDN b", 20, W(LDN, 1)},
    {"03: LDN 1\n STP\n31:\n 20:\n NUM 7", 20, 7},
    {"03: LDN 1\n STP\n31: NUM 7\n", 4, W(STP, 0)},
    {"31: STP\n31:\n", 31, W(STP, 0)},
    {"EJA 3", 0, 2},
    {"eja 0", 0, 0u - 1},
    {"STP\nx: STP\nEJA x", 2, 0},
    {"STP\nNUM $ + 0x1000", 1, 0x1001},
    {"28: num $", 28, 28},
    {".l$: STP\nLDN .l$", 1, W(LDN, 0)},
};

START_TEST(assembles)
{
    struct baby m;

    ck_assert_msg(assemble(&m, valid[_i].text, -1) == 0, "%s", error.text);
    ck_assert_msg(m.store[valid[_i].line] == valid[_i].word, "%s: %#x, not %#x", valid[_i].text,
                  m.store[valid[_i].line], valid[_i].word);
}
END_TEST

START_TEST(origin_moves_plain_statements)
{
    struct baby m;

    ck_assert_int_eq(assemble(&m, "a: STP\nLDN a", 1), 0);
    ck_assert_uint_eq(m.store[1], W(STP, 0));
    ck_assert_uint_eq(m.store[2], W(LDN, 1));
}
END_TEST

START_TEST(origin_is_refused_with_line_numbers)
{
    struct baby m;

    ck_assert_int_lt(assemble(&m, "01 STP", 1), 0);
    ck_assert_int_eq(error.status, STATUS_USAGE);
}
END_TEST

START_TEST(start_sets_ci)
{
    struct baby m;

    ck_assert_int_eq(assemble(&m, "4 START\n5 STP", -1), 0);
    ck_assert_uint_eq(m.ci, 4);
    ck_assert_uint_eq(m.store[4], 0);
}
END_TEST

START_TEST(shows_line_and_caret)
{
    struct baby m;

    ck_assert_int_lt(assemble(&m, "LDN 1\n\tSTO\t32 ; there\n", -1), 0);
    ck_assert_str_eq(error.text, "t:2:6: there is no line 32: the store has lines 0 to 31\n"
                                 "     STO 32 ; there\n"
                                 "         ^");
}
END_TEST

START_TEST(goes_on_after_an_error)
{
    struct baby m;

    ck_assert_int_lt(assemble(&m, "LDNN 1\nLDN 1\nSTO x\nLDN 40\n", -1), 0);
    ck_assert_ptr_nonnull(strstr(error.text, "t:1:1: unknown mnemonic \"LDNN\": is it LDN?"));
    ck_assert_ptr_null(strstr(error.text, "t:2:"));
    ck_assert_ptr_nonnull(strstr(error.text, "\nt:3:5: undefined label \"x\""));
    ck_assert_ptr_nonnull(strstr(error.text, "\nt:4:5: there is no line 40"));
}
END_TEST

START_TEST(shows_twenty_errors)
{
    char text[32 * 4 + 1] = "";
    struct baby m;
    int places = 0;

    for (int i = 0; i < 32; i++)
        strcat(text, "XY\n");
    ck_assert_int_lt(assemble(&m, text, -1), 0);
    for (const char *at = error.text; (at = strstr(at, ": unknown mnemonic")); at++)
        places++;
    ck_assert_int_eq(places, 20);
    ck_assert_ptr_nonnull(strstr(error.text, "\nt: more errors follow"));
}
END_TEST

/* Escaped, twenty lines can be longer than the text of an error. */
START_TEST(shows_as_many_errors_as_fit)
{
    char text[20 * 101 + 1] = "";
    struct baby m;

    for (int i = 0; i < 20; i++) {
        memset(text + 101 * i, '\377', 100);
        text[101 * i + 100] = '\n';
    }
    ck_assert_int_lt(assemble(&m, text, -1), 0);

    const char *last = strrchr(error.text, '\n');

    ck_assert_ptr_nonnull(last);
    ck_assert_ptr_eq(strstr(last, "\nt: more errors follow; these are the first "), last);
}
END_TEST

/* The text is a terminal's: no byte of the program gets there as it is. */
START_TEST(escapes_the_line)
{
    struct baby m;

    ck_assert_int_lt(assemble(&m, "\033[31m \377 LDN 40 \033[0m", -1), 0);
    for (const char *c = error.text; *c; c++)
        ck_assert_msg(*c == '\n' || (*c >= ' ' && *c <= '~'), "byte %#x", *c);
    ck_assert_ptr_nonnull(strstr(error.text, "\\x1b[31m \\xff LDN 40"));
}
END_TEST

Suite *suite_assembler(void)
{
    Suite *suite = suite_create("assembler");
    TCase *tests = tcase_create("assembler");

    tcase_add_loop_test(tests, assembles, 0, sizeof(valid) / sizeof(valid[0]));
    tcase_add_test(tests, origin_moves_plain_statements);
    tcase_add_test(tests, origin_is_refused_with_line_numbers);
    tcase_add_test(tests, start_sets_ci);
    tcase_add_test(tests, shows_line_and_caret);
    tcase_add_test(tests, goes_on_after_an_error);
    tcase_add_test(tests, shows_twenty_errors);
    tcase_add_test(tests, shows_as_many_errors_as_fit);
    tcase_add_test(tests, escapes_the_line);
    suite_add_tcase(suite, tests);
    return suite;
}
