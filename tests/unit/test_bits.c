/* The bits reader: what it accepts, and the place that it names in what it does not. */
#include <stdio.h>
#include <string.h>

#include "ssem/bits.h"
#include "suites.h"

#define ZEROS "00000000000000000000000000000000"
#define ONE   "10000000000000000000000000000000"
#define TOP   "00000000000000000000000000000001"

static struct error error;

static int read_text(struct baby *m, const char *text, size_t length)
{
    struct source source = {.name = "t", .text = text, .length = length};
    struct diagnostics d = {.error = &error, .name = source.name};

    memset(m, 0, sizeof(*m));
    bits_read(m, &source, &d);
    return diagnostics_result(&d);
}

static const struct {
    const char *text;
    uint32_t line0, line1;
} valid[] = {
    {ONE, 1, 0},
    {ONE "\n", 1, 0},
    {ONE "\r\n" TOP "\r\n", 1, 0x80000000u},
    {TOP "\n" ONE, 0x80000000u, 1},
    {ONE "\r" TOP "\r", 1, 0x80000000u},
    {ONE " \n" TOP "\t\n", 1, 0x80000000u},
    {"  " ONE "\n\t" TOP, 1, 0x80000000u},
    {ONE " ; one\n" TOP "-- top\n", 1, 0x80000000u},
    {ONE ";\n" TOP "#top", 1, 0x80000000u},
    {"; a comment\n\n" ONE "\n \t\n" TOP "\n\n  \n", 1, 0x80000000u},
};

START_TEST(reads_valid)
{
    struct baby m;

    ck_assert_msg(read_text(&m, valid[_i].text, strlen(valid[_i].text)) == 0, "%s", error.text);
    ck_assert_uint_eq(m.store[0], valid[_i].line0);
    ck_assert_uint_eq(m.store[1], valid[_i].line1);
    for (int i = 2; i < ABI_LINES; i++)
        ck_assert_uint_eq(m.store[i], 0);
}
END_TEST

static const struct {
    const char *text;
    const char *place;
} invalid[] = {
    {"", "t: empty"},
    {"\n ; nothing\n", "t: empty"},
    {ONE "0\n", "t:1:33: more than 32"},
    {"0" ONE "2", "t:1:34: only 0 and 1"},
    {ZEROS "\n"
           "1\n",
     "t:2:2: only 1 of 32 bits"},
    {ZEROS "\n"
           "0x",
     "t:2:2: only 0 and 1"},
    {ZEROS " 1\n", "t:1:34: the word is complete"},
    {ZEROS "\n:", "t:2:1: only 0 and 1"},
};

START_TEST(rejects_invalid)
{
    struct baby m;

    ck_assert_int_lt(read_text(&m, invalid[_i].text, strlen(invalid[_i].text)), 0);
    ck_assert_int_eq(error.status, STATUS_DATA);
    ck_assert_msg(strncmp(error.text, invalid[_i].place, strlen(invalid[_i].place)) == 0,
                  "\"%s\" does not begin with \"%s\"", error.text, invalid[_i].place);
}
END_TEST

START_TEST(shows_each_line_and_caret)
{
    const char *text = "0O" ONE "\n" ONE "\n" ONE "1\n";
    struct baby m;

    ck_assert_int_lt(read_text(&m, text, strlen(text)), 0);
    ck_assert_str_eq(error.text,
                     "t:1:2: only 0 and 1 can stand here: a word is 32 bits, the least significant "
                     "first\n"
                     "    0O" ONE "\n"
                     "     ^\n"
                     "t:3:33: more than 32 bits in a word\n"
                     "    " ONE "1\n"
                     "                                    ^");
}
END_TEST

/* LDN 1 and STP with the most significant bit first; and the same with a line that is an
 * instruction as it stands. */
START_TEST(doubts_the_order)
{
    const char *text =
        ZEROS "\n 00000000000000000100000000000001\n00000000000000001110000000000000\n";
    const char *mixed = "00000000000000000100000000000001\n10000000000000100000000000000000\n";
    struct source source = {.name = "t", .text = text, .length = strlen(text), .named = true};
    struct diagnostics d = {.error = &error, .name = source.name};
    struct baby m = {0};

    ck_assert_int_lt(read_text(&m, text, strlen(text)), 0);
    ck_assert_str_eq(error.text,
                     "t:2:2: ambiguous: with the most significant bit first this is LDN 1; "
                     "--from=bits-msb reads it so, --from=bits as it stands\n"
                     "     00000000000000000100000000000001\n"
                     "     ^");
    ck_assert_int_eq(read_text(&m, mixed, strlen(mixed)), 0);
    memset(&m, 0, sizeof(m));
    bits_read(&m, &source, &d);
    ck_assert_uint_eq(m.store[1], 0x80020000);
    memset(&m, 0, sizeof(m));
    bits_read_msb(&m, &source, &d);
    ck_assert_uint_eq(m.store[1], 0x4001);
    ck_assert_uint_eq(m.store[2], 0xe000);
    ck_assert_int_eq(diagnostics_result(&d), 0);
}
END_TEST

START_TEST(parses_32_bits_and_no_others)
{
    const char *text = ONE "1";
    struct source_line line = {.text = text, .length = 33, .number = 1};
    uint32_t word = 7;

    for (size_t length = 0; length <= 33; length++) {
        struct token token = {.text = text, .length = length, .column = 1};

        ck_assert_int_eq(bits_parse(&line, &token, &word, NULL), length == 32);
        ck_assert_uint_eq(word, length < 32 ? 7 : 1);
    }
}
END_TEST

START_TEST(counts_lines)
{
    char text[33 * 33];
    struct baby m;

    for (int i = 0; i < 33; i++)
        memcpy(text + 33 * i, ZEROS "\n", 33);
    ck_assert_int_eq(read_text(&m, text, 32 * 33), 0);
    ck_assert_int_lt(read_text(&m, text, sizeof(text)), 0);
    ck_assert_ptr_eq(strstr(error.text, "t:33:1: more than 32 lines"), error.text);
}
END_TEST

START_TEST(writes_what_it_reads)
{
    char text[33];
    struct baby m;

    for (uint32_t word = 1; word; word *= 2) {
        bits_text(~word, text);
        ck_assert_int_eq(read_text(&m, text, 32), 0);
        ck_assert_uint_eq(m.store[0], ~word);
    }
}
END_TEST

Suite *suite_bits(void)
{
    Suite *suite = suite_create("bits");
    TCase *tests = tcase_create("bits");

    tcase_add_loop_test(tests, reads_valid, 0, sizeof(valid) / sizeof(valid[0]));
    tcase_add_loop_test(tests, rejects_invalid, 0, sizeof(invalid) / sizeof(invalid[0]));
    tcase_add_test(tests, shows_each_line_and_caret);
    tcase_add_test(tests, doubts_the_order);
    tcase_add_test(tests, parses_32_bits_and_no_others);
    tcase_add_test(tests, counts_lines);
    tcase_add_test(tests, writes_what_it_reads);
    suite_add_tcase(suite, tests);
    return suite;
}
