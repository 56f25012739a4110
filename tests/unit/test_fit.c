/* The line through measured times: known lines are found again, and what is not known is not said.
 */
#include <math.h>

#include "measure/fit.h"
#include "suites.h"

#define GROUP 20

/* GROUP samples of each of five halved lengths on that line, off by up to noise, relatively. */
static size_t make_samples(struct fit_sample *samples, double per_run, double per_instruction,
                           double longest, double noise)
{
    size_t count = 0;

    for (int n = 0; n < 5; n++)
        for (int i = 0; i < GROUP; i++) {
            const double length = longest / (1 << n);
            const double error = noise * ((i * 7 % GROUP) / (GROUP - 1.0) * 2 - 1);

            samples[count++] =
                (struct fit_sample){length, (per_run + per_instruction * length) * (1 + error)};
        }
    return count;
}

static void assert_near(double got, double want, double off)
{
    ck_assert_msg(fabs(got - want) <= off * want, "%g is not %g within %g", got, want, off);
}

START_TEST(finds_the_line)
{
    struct fit_sample samples[FIT_SAMPLES];
    struct fit fit;
    size_t count = make_samples(samples, 25e-6, 1e-9, 1e6, 0);

    fit_line(&fit, samples, count);
    assert_near(fit.per_run.value, 25e-6, 1e-6);
    assert_near(fit.per_instruction.value, 1e-9, 1e-6);
    ck_assert(fit.has_slope);
    ck_assert_double_lt(fit.bend, 1e-6);
}
END_TEST

START_TEST(says_how_uncertain)
{
    struct fit_sample samples[FIT_SAMPLES];
    struct fit fit;
    size_t count = make_samples(samples, 25e-6, 1e-9, 1e6, 0.05);

    fit_line(&fit, samples, count);
    ck_assert_double_le(fit.per_instruction.low, 1e-9);
    ck_assert_double_ge(fit.per_instruction.high, 1e-9);
    ck_assert_double_gt(fit.per_instruction.high, fit.per_instruction.low);
    ck_assert(fit.has_slope);
}
END_TEST

/* 74 instructions of a nanosecond in a run of 25 us: no slope can be seen in 5 % of noise. */
START_TEST(says_what_is_too_short)
{
    struct fit_sample samples[FIT_SAMPLES];
    struct fit fit;
    size_t count = make_samples(samples, 25e-6, 1e-9, 74, 0.05);

    fit_line(&fit, samples, count);
    ck_assert(!fit.has_slope);
    assert_near(fit.per_run.value, 25e-6, 0.1);
}
END_TEST

/* Times that grow with the square of the length. */
START_TEST(notices_a_bend)
{
    struct fit_sample samples[FIT_SAMPLES];
    struct fit fit;
    size_t count = make_samples(samples, 1e-6, 1e-9, 1e6, 0);

    for (size_t i = 0; i < count; i++)
        samples[i].seconds += 1e-15 * samples[i].length * samples[i].length;
    fit_line(&fit, samples, count);
    ck_assert_double_gt(fit.bend, 0.05);
}
END_TEST

START_TEST(combines_intervals)
{
    const struct fit_interval two = {2, 1.9, 2.1}, four = {4, 3.8, 4.2};
    const struct fit_interval ratio = fit_ratio(&two, &four);
    const struct fit_interval difference = fit_difference(&four, &two);

    assert_near(ratio.value, 0.5, 1e-9);
    assert_near(fit_width(&ratio), 0.05 * sqrt(2), 1e-6);
    assert_near(difference.value, 2, 1e-9);
    ck_assert_double_gt(difference.high - difference.low, 0.4);
}
END_TEST

Suite *suite_fit(void)
{
    Suite *suite = suite_create("fit");
    TCase *tests = tcase_create("fit");

    tcase_add_test(tests, finds_the_line);
    tcase_add_test(tests, says_how_uncertain);
    tcase_add_test(tests, says_what_is_too_short);
    tcase_add_test(tests, notices_a_bend);
    tcase_add_test(tests, combines_intervals);
    suite_add_tcase(suite, tests);
    return suite;
}
