/* Files of `exits --json`: what is believed of them, and where two differ. */
#include <stdlib.h>
#include <string.h>

#include "report/atlas_diff.h"
#include "suites.h"

#define HEAD "{\"schema\":\"babyvisor/exits/1\",\"host\":\"PVM\",\"rows\":["
#define TAIL                                                                                       \
    "],\"sensitive\":{\"known\":1,\"run_unnoticed\":[],\"wrong\":[],"                              \
    "\"theorem_1\":{\"holds\":null}},\"later\":[[]]}"
#define ROW(name, ring, more)                                                                      \
    "{\"name\":\"" name "\",\"ring\":" ring                                                        \
    ",\"happened\":\"exit\",\"text\":\"exit IO\",\"exit\":\"IO\",\"exits\":1.0" more "}"

static struct error error;
static struct atlas_file file;

static int parse(const char *text)
{
    return atlas_file_parse(&file, "x.json", text, strlen(text), &error);
}

static void refuses(const char *text, const char *want)
{
    ck_assert_int_lt(parse(text), 0);
    ck_assert_int_eq(error.status, STATUS_DATA);
    ck_assert_msg(strstr(error.text, want), "\"%s\", not \"%s\"", error.text, want);
    ck_assert_ptr_null(file.object);
    ck_assert_ptr_null(file.rows);
}

START_TEST(reads_what_it_needs)
{
    ck_assert_int_eq(
        parse(HEAD ROW("a", "0", "") "," ROW("a", "3", ",\"cost\":{\"median_ns\":2}") TAIL), 0);
    ck_assert_uint_eq(file.count, 2);
    ck_assert_str_eq(file.host, "PVM");
    ck_assert_str_eq(file.emulator, "");
    ck_assert_uint_eq(file.known, 1);
    ck_assert(json_is_null(file.theorem1));
    ck_assert_ptr_null(file.theorem3);
    ck_assert_ptr_eq(atlas_file_find(&file, "a", 3), &file.rows[1]);
    ck_assert_double_eq(file.rows[1].median_ns, 2);
    ck_assert_double_eq(file.rows[0].median_ns, -1);
    ck_assert_ptr_null(atlas_file_find(&file, "b", 0));
    atlas_file_close(&file);
    ck_assert_int_eq(parse(HEAD TAIL), 0);
    atlas_file_close(&file);
}
END_TEST

START_TEST(refuses_what_is_no_such_file)
{
    refuses("", "x.json:1:0: ");
    refuses("{\"schema\":", "x.json:1:10: ");
    refuses("[]", "\"schema\" is not");
    refuses("{\"schema\":\"babyvisor/run/1\"}", "\"schema\" is not");
    refuses("{\"schema\":\"babyvisor/exits/1\",\"host\":3}", "\"host\"");
    refuses("{\"schema\":\"babyvisor/exits/1\",\"host\":\"PVM\",\"emulator\":[]}", "\"emulator\"");
    refuses("{\"schema\":\"babyvisor/exits/1\",\"host\":\"PVM\",\"rows\":[]}", "\"sensitive\"");
    refuses("{\"schema\":\"babyvisor/exits/1\",\"host\":\"PVM\",\"from\":{\"cpu\":3}}", "\"from\"");
    refuses(HEAD "],\"sensitive\":{\"known\":-1,\"run_unnoticed\":[],\"wrong\":[]}}",
            "\"sensitive\"");
    refuses(HEAD "],\"sensitive\":{\"known\":1025,\"run_unnoticed\":[],\"wrong\":[]}}",
            "\"sensitive\"");
    refuses(HEAD "],\"sensitive\":{\"known\":1,\"run_unnoticed\":[3],\"wrong\":[]}}",
            "\"sensitive\"");
    refuses(HEAD "],\"sensitive\":{\"known\":1,\"run_unnoticed\":[],\"wrong\":{}}}",
            "\"sensitive\"");
    refuses("{\"schema\":1,\"schema\":2}", "x.json:1:");
}
END_TEST

START_TEST(refuses_rows_that_are_none)
{
    refuses("{\"schema\":\"babyvisor/exits/1\",\"host\":\"PVM\",\"rows\":{},\"sensitive\":"
            "{\"known\":1,\"run_unnoticed\":[],\"wrong\":[]}}",
            "\"rows\" must be an array");
    refuses(HEAD "3" TAIL, "row 1 is not one");
    refuses(HEAD ROW("a", "1", "") TAIL, "row 1 is not one");
    refuses(HEAD ROW("a", "4294967299", "") TAIL, "row 1 is not one");
    refuses(HEAD ROW("a", "3.0", "") TAIL, "row 1 is not one");
    refuses(HEAD ROW("", "3", "") TAIL, "row 1 is not one");
    refuses(HEAD ROW("a", "3", ",\"fault\":3") TAIL, "row 1 is not one");
    refuses(HEAD "{\"name\":\"a\",\"ring\":3}" TAIL, "row 1 is not one");
    refuses(HEAD ROW("a", "3", "") "," ROW("a", "3", "") TAIL, "row 2 is there twice");
}
END_TEST

/* A row with a string of so many characters. */
static const char *with_string(size_t length)
{
    static char text[4096];

    snprintf(text, sizeof(text), HEAD ROW("a", "3", ",\"provokes\":\"%0*d\"") TAIL, (int)length, 0);
    return text;
}

START_TEST(bounds_what_it_keeps)
{
    static char text[256 * 1024];
    size_t used = 0;

    refuses(with_string(ATLAS_FILE_TEXT), "row 1 is not one");
    ck_assert_int_eq(parse(with_string(ATLAS_FILE_TEXT - 1)), 0);
    atlas_file_close(&file);

    used += (size_t)sprintf(text, HEAD);
    for (int i = 0; i < ATLAS_FILE_ROWS; i++)
        used += (size_t)sprintf(text + used, ROW("%d", "3", "") ",", i);
    sprintf(text + used - 1, TAIL);
    ck_assert_int_eq(parse(text), 0);
    ck_assert_uint_eq(file.count, ATLAS_FILE_ROWS);
    atlas_file_close(&file);
    sprintf(text + used - 1, "," ROW("b", "0", "") TAIL);
    refuses(text, "at most 1024");

    used =
        (size_t)sprintf(text, HEAD "],\"sensitive\":{\"known\":1,\"wrong\":[],\"run_unnoticed\":[");
    for (int i = 0; i < ATLAS_FILE_NAMES; i++)
        used += (size_t)sprintf(text + used, "\"a\",");
    sprintf(text + used, "\"a\"]}}");
    refuses(text, "\"sensitive\"");
    sprintf(text + used - 1, "]}}");
    ck_assert_int_eq(parse(text), 0);
    atlas_file_close(&file);
    memset(text, '[', 4096);
    text[4096] = '\0';
    refuses(text, "x.json:1:");
}
END_TEST

/* What `exits --diff` prints of two files with these rows. */
static char *differences(const char *rows_a, const char *rows_b)
{
    struct atlas_file files[2];
    struct atlas_diff diff;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    for (size_t i = 0; i < 2; i++) {
        char *all;

        ck_assert_int_gt(asprintf(&all, HEAD "%s" TAIL, i ? rows_b : rows_a), 0);
        ck_assert_msg(atlas_file_parse(&files[i], i ? "b" : "a", all, strlen(all), &error) == 0,
                      "%s", error.text);
        free(all);
    }
    ck_assert_int_eq(atlas_diff_make(&diff, files, 2, &error), 0);
    atlas_diff_text(out, &diff);
    ck_assert_int_eq(atlas_diff_json(out, &diff, &error), 0);
    atlas_diff_free(&diff);
    atlas_file_close(&files[0]);
    atlas_file_close(&files[1]);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

static void shows(const char *rows_a, const char *rows_b, const char *want)
{
    char *text = differences(rows_a, rows_b);

    ck_assert_msg(strstr(text, want), "no \"%s\" in\n%s", want, text);
    ck_assert_msg(!strchr(text, '\033'), "\"%s\" is not escaped", text);
    free(text);
}

START_TEST(says_what_differs)
{
    shows(ROW("a", "3", ""), ROW("a", "3", ""), "differs in 0 of 1 rows that ran everywhere.\n");
    shows(ROW("a", "3", ""), ROW("a", "3", ",\"stuck\":true"), "differs in 1 of 1 rows");
    shows(ROW("a", "3", ""), ROW("a", "3", ",\"answer\":\"wrong\""),
          "\na, ring 3: \n  1  exit IO\n");
    shows(ROW("a", "3", ""), "{\"name\":\"a\",\"ring\":3,\"happened\":\"fault\",\"text\":\"f\"}",
          "\n  2  f\n");
    shows(ROW("a", "3", ",\"later\":1"),
          "{\"name\":\"a\",\"ring\":3,\"happened\":\"exit\",\"text\":"
          "\"exit IO, 32 times\",\"exit\":\"IO\",\"exits\":32}",
          "\n  2  exit IO, 32 times\n");
    shows(ROW("a", "3", ""), ROW("a", "0", ""), "so not compared: 2 rows.\n");
    shows(ROW("a", "3", ""), "{\"name\":\"a\",\"ring\":3,\"happened\":\"not-run\",\"text\":\"-\"}",
          "so not compared: 1 rows.\n");
    shows(ROW("\\u001b[31m", "3", ""), ROW("\\u001b[31m", "3", ",\"stuck\":true"),
          "\n\\x1b[31m, ring 3: ");
    shows(ROW("a", "3", ""), ROW("a", "3", ",\"stuck\":true"),
          "\"name\":\"a\",\"ring\":3,\"group\":\"\",\"provokes\":\"\",\"same\":false,\"texts\":"
          "[\"exit IO\",\"exit IO\"],\"median_ns\":[null,null]}");
}
END_TEST

#define COST(median, p99) ",\"cost\":{\"median_ns\":" median ",\"p99_ns\":" p99 "}"

START_TEST(compares_costs_that_differ_clearly)
{
    char *text;

    shows(ROW("a", "3", COST("1000", "1200")), ROW("a", "3", COST("3000", "3100")),
          "a                   3   1.00 us   3.00 us    3.00\n");
    text = differences(ROW("a", "3", COST("1000", "3500")), ROW("a", "3", COST("3000", "3100")));
    ck_assert_ptr_null(strstr(text, "differs clearly"));
    free(text);
    text = differences(ROW("a", "3", COST("1000", "1100")), ROW("a", "3", COST("1400", "1500")));
    ck_assert_ptr_null(strstr(text, "differs clearly"));
    free(text);
    shows(ROW("a", "3", COST("0", "0")), ROW("a", "3", COST("3000", "3100")), "differs in 0 of 1");
}
END_TEST

Suite *suite_atlas_file(void)
{
    Suite *suite = suite_create("atlas_file");
    TCase *tests = tcase_create("atlas_file");

    tcase_add_test(tests, reads_what_it_needs);
    tcase_add_test(tests, refuses_what_is_no_such_file);
    tcase_add_test(tests, refuses_rows_that_are_none);
    tcase_add_test(tests, bounds_what_it_keeps);
    tcase_add_test(tests, says_what_differs);
    tcase_add_test(tests, compares_costs_that_differ_clearly);
    suite_add_tcase(suite, tests);
    return suite;
}
