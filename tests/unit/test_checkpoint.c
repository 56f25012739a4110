/* Checkpoints of a batch: what is written reads back, and nothing else is read. */
#include <stdlib.h>
#include <string.h>

#include "pool/checkpoint.h"
#include "suites.h"

static struct error error;
static const struct chunk_rules rules = {.limit = 1000, .format = LINE_TSV, .store = true};

static const char good[] =
    "{\"schema\":\"babyvisor/batch/1\",\"options\":\"limit=1000 to=tsv store\",\"input\":\"10000\","
    "\"lines\":\"3\",\"skips\":true,\"check\":\"18446744073709551615\",\"checked\":\"100\","
    "\"output\":\"50\",\"none\":\"0\",\"stp\":\"1\",\"limit\":\"1\",\"cycle\":\"0\",\"error\":"
    "\"1\","
    "\"crashed\":\"1\"}\n";

START_TEST(reads_what_is_written)
{
    struct checkpoint checkpoint;
    struct output output = {0};
    char *text = NULL;
    size_t length = 0;

    ck_assert_int_eq(checkpoint_parse(&checkpoint, good, strlen(good), &rules, &error), 0);
    ck_assert_uint_eq(checkpoint.place.offset, 10000);
    ck_assert_uint_eq(checkpoint.place.lines, 3);
    ck_assert_uint_eq(checkpoint.place.check, UINT64_MAX);
    ck_assert_uint_eq(checkpoint.place.checked, 100);
    ck_assert(checkpoint.place.skips);
    ck_assert_uint_eq(checkpoint.written, 50);
    ck_assert_uint_eq(checkpoint.counts[LINE_STP], 1);
    ck_assert_uint_eq(checkpoint.counts[LINE_ERROR], 1);
    ck_assert_uint_eq(checkpoint.crashed, 1);
    output.stream = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(output.stream);
    ck_assert_int_eq(checkpoint_write(&checkpoint, &output, &rules, &error), 0);
    fflush(output.stream);
    ck_assert_str_eq(text, good);
    fclose(output.stream);
    free(text);
}
END_TEST

/* What is changed, from and to. */
static const char *const changes[][2] = {
    {"batch/1", "batch/2"},
    {"{\"schema\"", "{\"schemas\""},
    {"limit=1000", "limit=1001"},
    {" store", ""},
    {"\"input\":\"10000\"", "\"input\":100"},
    {"\"input\":\"10000\"", "\"input\":\"99\""},
    {"\"input\":\"10000\"", "\"input\":\"9223372036854775808\""},
    {"\"output\":\"50\"", "\"output\":\"9223372036854775808\""},
    {"\"output\":\"50\"", "\"output\":\"-5\""},
    {"\"output\":\"50\"", "\"output\":\" 5\""},
    {"\"output\":\"50\"", "\"output\":\"5x\""},
    {"\"output\":\"50\"", "\"output\":\"\""},
    {"\"output\":\"50\",", ""},
    {"\"checked\":\"100\"", "\"checked\":\"4097\""},
    {"\"lines\":\"3\"", "\"lines\":\"000000000000000000003\""},
    {"\"stp\":\"1\",", ""},
    {"}\n", "\n"},
};

START_TEST(refuses_others)
{
    const char *at = strstr(good, changes[_i][0]);
    struct checkpoint checkpoint;
    char text[1024];

    ck_assert_ptr_nonnull(at);
    snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - good), good, changes[_i][1],
             at + strlen(changes[_i][0]));
    ck_assert_int_lt(checkpoint_parse(&checkpoint, text, strlen(text), &rules, &error), 0);
    ck_assert_int_eq(error.status, STATUS_DATA);
}
END_TEST

Suite *suite_checkpoint(void)
{
    Suite *suite = suite_create("checkpoint");
    TCase *tcase = tcase_create("checkpoint");

    tcase_add_test(tcase, reads_what_is_written);
    tcase_add_loop_test(tcase, refuses_others, 0, sizeof(changes) / sizeof(changes[0]));
    suite_add_tcase(suite, tcase);
    return suite;
}
