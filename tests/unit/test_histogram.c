/* Histograms: every value has a bucket that is near it, and percentiles come out in order. */
#include <stdlib.h>

#include "base/histogram.h"
#include "suites.h"

START_TEST(is_near)
{
    for (uint64_t value = 1; value < UINT64_MAX / 3; value += 1 + value / 7) {
        struct histogram *histogram = calloc(1, sizeof(*histogram));
        uint64_t found;

        histogram_add(histogram, value);
        found = histogram_percentile(histogram, 0.5);
        ck_assert_msg(found >= value && found - value <= value / 16, "%llu became %llu",
                      (unsigned long long)value, (unsigned long long)found);
        free(histogram);
    }
}
END_TEST

START_TEST(finds_percentiles)
{
    struct histogram *histogram = calloc(1, sizeof(*histogram));

    ck_assert_uint_eq(histogram_percentile(histogram, 0.5), 0);
    ck_assert_double_eq(histogram_mean(histogram), 0);
    for (uint64_t i = 1; i <= 1000; i++)
        histogram_add(histogram, i * 1000);
    ck_assert_uint_eq(histogram->count, 1000);
    ck_assert_uint_eq(histogram->total, 500500000);
    ck_assert_double_eq_tol((double)histogram_percentile(histogram, 0.5), 500000, 40000);
    ck_assert_double_eq_tol((double)histogram_percentile(histogram, 0.99), 990000, 70000);
    ck_assert_uint_eq(histogram_percentile(histogram, 1), 1000000);
    ck_assert_uint_eq(histogram->least, 1000);
    ck_assert_uint_eq(histogram->most, 1000000);
    ck_assert_double_eq(histogram_mean(histogram), 500500);
    histogram_add(histogram, 0);
    ck_assert_uint_eq(histogram_percentile(histogram, 0), 0);
    ck_assert_uint_eq(histogram->least, 0);
    histogram_add(histogram, UINT64_MAX);
    ck_assert_uint_eq(histogram_percentile(histogram, 1), UINT64_MAX);
    free(histogram);
}
END_TEST

Suite *suite_histogram(void)
{
    Suite *suite = suite_create("histogram");
    TCase *tests = tcase_create("histogram");

    tcase_add_test(tests, is_near);
    tcase_add_test(tests, finds_percentiles);
    suite_add_tcase(suite, tests);
    return suite;
}
