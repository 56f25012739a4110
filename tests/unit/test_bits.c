/* The bits reader: what it accepts, and the place that it names in what it does not. */
#include <stdio.h>
#include <string.h>

#include "ssem/bits.h"
#include "suites.h"

#define ZEROS "00000000000000000000000000000000"
#define ONE   "10000000000000000000000000000000"
#define TOP   "00000000000000000000000000000001"

static const struct {
    const char *text;
    uint32_t line0, line1;
} valid[] = {
    {ONE, 1, 0},
    {ONE "\n", 1, 0},
    {ONE "\r\n" TOP "\r\n", 1, 0x80000000u},
    {TOP "\n" ONE, 0x80000000u, 1},
};

START_TEST(reads_valid)
{
    uint32_t store[ABI_LINES];
    struct error error;

    ck_assert_int_eq(bits_read(store, "t", valid[_i].text, strlen(valid[_i].text), &error), 0);
    ck_assert_uint_eq(store[0], valid[_i].line0);
    ck_assert_uint_eq(store[1], valid[_i].line1);
    for (int i = 2; i < ABI_LINES; i++)
        ck_assert_uint_eq(store[i], 0);
}
END_TEST

static const struct {
    const char *text;
    const char *place;
} invalid[] = {
    {"", "t: empty"},
    {"\n", "t:1:1: only 0 characters"},
    {ONE "0\n", "t:1:33: more than 32"},
    {"0" ONE "2", "t:1:33: more than 32"},
    {ZEROS "\n"
           "1\n",
     "t:2:2: only 1 characters"},
    {ZEROS "\n"
           "0x",
     "t:2:2: only 0 and 1"},
    {ZEROS "\r", "t:1:33: only 0 and 1"},
    {ZEROS "\n\n" ZEROS, "t:2:1: only 0 characters"},
};

START_TEST(rejects_invalid)
{
    uint32_t store[ABI_LINES];
    struct error error;

    ck_assert_int_lt(bits_read(store, "t", invalid[_i].text, strlen(invalid[_i].text), &error), 0);
    ck_assert_int_eq(error.status, STATUS_DATA);
    ck_assert_msg(strncmp(error.text, invalid[_i].place, strlen(invalid[_i].place)) == 0,
                  "\"%s\" does not begin with \"%s\"", error.text, invalid[_i].place);
}
END_TEST

START_TEST(counts_lines)
{
    char text[33 * 33];
    uint32_t store[ABI_LINES];
    struct error error;

    for (int i = 0; i < 33; i++)
        memcpy(text + 33 * i, ZEROS "\n", 33);
    ck_assert_int_eq(bits_read(store, "t", text, 32 * 33, &error), 0);
    ck_assert_int_lt(bits_read(store, "t", text, sizeof(text), &error), 0);
    ck_assert_ptr_eq(strstr(error.text, "t:33:1: more than 32 lines"), error.text);
}
END_TEST

START_TEST(writes_what_it_reads)
{
    char text[33];
    uint32_t store[ABI_LINES];
    struct error error;

    for (uint32_t word = 1; word; word *= 2) {
        bits_text(~word, text);
        ck_assert_int_eq(bits_read(store, "t", text, 32, &error), 0);
        ck_assert_uint_eq(store[0], ~word);
    }
}
END_TEST

Suite *suite_bits(void)
{
    Suite *suite = suite_create("bits");
    TCase *tests = tcase_create("bits");

    tcase_add_loop_test(tests, reads_valid, 0, sizeof(valid) / sizeof(valid[0]));
    tcase_add_loop_test(tests, rejects_invalid, 0, sizeof(invalid) / sizeof(invalid[0]));
    tcase_add_test(tests, counts_lines);
    tcase_add_test(tests, writes_what_it_reads);
    suite_add_tcase(suite, tests);
    return suite;
}
