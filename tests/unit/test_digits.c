/* Decimal digits, and what is none. */
#include <stddef.h>

#include "base/digits.h"
#include "suites.h"

static const struct {
    const char *text;
    uint64_t number;
    int length; /* of the digits; -1: it does not begin with a number */
    bool is_whole;
} rows[] = {
    {"0", 0, 1, true},
    {"00007", 7, 5, true},
    {"18446744073709551615", UINT64_MAX, 20, true},
    {"000000000000000000001", 1, 21, false},
    {"12 ", 12, 2, false},
    {"5k", 5, 1, false},
    {"18446744073709551616", 0, -1, false},
    {"99999999999999999999999", 0, -1, false},
    {"", 0, -1, false},
    {" 1", 0, -1, false},
    {"+1", 0, -1, false},
    {"-1", 0, -1, false},
    {"x", 0, -1, false},
};

START_TEST(reads_digits)
{
    uint64_t number;
    const char *end = digits_read(rows[_i].text, &number);

    if (rows[_i].length < 0) {
        ck_assert_ptr_null(end);
    } else {
        ck_assert_ptr_eq(end, rows[_i].text + rows[_i].length);
        ck_assert_uint_eq(number, rows[_i].number);
    }
    ck_assert_int_eq(digits_whole(rows[_i].text, &number), rows[_i].is_whole);
}
END_TEST

START_TEST(takes_no_text_for_none)
{
    uint64_t number;

    ck_assert(!digits_whole(NULL, &number));
}
END_TEST

Suite *suite_digits(void)
{
    Suite *suite = suite_create("digits");
    TCase *tcase = tcase_create("digits");

    tcase_add_loop_test(tcase, reads_digits, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(tcase, takes_no_text_for_none);
    suite_add_tcase(suite, tcase);
    return suite;
}
