/* Lines of `batch`: what is a program, what is none and where, and the answers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "pool/line.h"
#include "suites.h"

static struct line line;

static void read_text(const char *text)
{
    memset(&line, 0xa5, sizeof(line));
    line_read(&line, text, strlen(text), 17, 1000);
}

static const struct {
    const char *text, *id;
    uint64_t limit;
    uint32_t line0, line1, a, ci;
} valid[] = {
    {"00000001", "", 1000, 1, 0, 0, 0},
    {"0000000a FFFFffff", "", 1000, 10, UINT32_MAX, 0, 0},
    {" \t00000001  00000002\r", "", 1000, 1, 2, 0, 0},
    {"@x 00000001", "\"x\"", 1000, 1, 0, 0, 0},
    {"00000001 limit=0 @12", "\"12\"", 0, 1, 0, 0, 0},
    {"limit=18446744073709551615 00000001", "", UINT64_MAX, 1, 0, 0, 0},
    {"{\"store\":[]}", "", 1000, 0, 0, 0, 0},
    {"  {\"store\":[1,-1]}", "", 1000, 1, UINT32_MAX, 0, 0},
    {"{\"store\":[4294967295]}", "", 1000, UINT32_MAX, 0, 0, 0},
    {"{\"id\":3,\"words\":\"00000001 00000002\"}", "3", 1000, 1, 2, 0, 0},
    {"{\"id\":\"\\u00e9\\n\",\"words\":\"00000001\"}", "\"\\u00E9\\n\"", 1000, 1, 0, 0, 0},
    {"{\"id\":null,\"program\":\"NUM 5\\nNUM 6\"}", "null", 1000, 5, 6, 0, 0},
    {"{\"a\":-1,\"ci\":31,\"limit\":5,\"store\":[7]}", "", 5, 7, 0, UINT32_MAX, 31},
    {"{\"limit\":5,\"a\":4294967295,\"ci\":0,\"program\":\"NUM 7\"}", "", 5, 7, 0, UINT32_MAX, 0},
};

START_TEST(reads_valid)
{
    read_text(valid[_i].text);
    ck_assert_msg(line.verdict == LINE_NONE, "%s: %s", valid[_i].text, line.text);
    ck_assert_str_eq(line.id, valid[_i].id);
    ck_assert_uint_eq(line.number, 17);
    ck_assert_uint_eq(line.limit, valid[_i].limit);
    ck_assert_uint_eq(line.state.store[0], valid[_i].line0);
    ck_assert_uint_eq(line.state.store[1], valid[_i].line1);
    ck_assert_uint_eq(line.state.store[31], 0);
    ck_assert_uint_eq(line.state.a, valid[_i].a);
    ck_assert_uint_eq(line.state.ci, valid[_i].ci);
    ck_assert_uint_eq(line.state.executed, 0);
}
END_TEST

#define WORDS8 "00000001 00000001 00000001 00000001 00000001 00000001 00000001 00000001 "

static const struct {
    const char *text, *id, *error;
} invalid[] = {
    {"", "", "no program"},
    {" \t\r", "", "no program"},
    {"@x", "\"x\"", "no program"},
    {"0000001", "", "column 1: not a word"},
    {"00000001 000000012", "", "column 10: not a word"},
    {"00000001 0000000g", "", "column 10: not a word"},
    {"0x000001", "", "column 1: not a word"},
    {"00000001 @", "", "column 10: an id"},
    {"00000001 @a\"", "", "column 10: an id"},
    {"00000001 @a\\", "", "column 10: an id"},
    {"00000001 @a\177", "", "column 10: an id"},
    {"00000001 @\303\251", "", "column 10: an id"},
    {"00000001 limit=", "", "column 10: not a word"},
    {"00000001 @a @b", "\"a\"", "column 13: a second id"},
    {"00000001 limit=1 limit=1", "", "column 18: a second limit"},
    {"{\"id\":\"a\",\"words\":\"00000001 @b\"}", "\"a\"", "column 10: a second id"},
    {"{\"id\":\"a\\u0000b\"}", "", "column 16: \\u0000 is not allowed"},
    {"00000001 limit=x", "", "column 10: limit="},
    {"00000001 limit=-1", "", "column 10: limit="},
    {"00000001 limit=18446744073709551616", "", "column 10: limit="},
    {"00000001 limit=99999999999999999999", "", "column 10: limit="},
    {WORDS8 WORDS8 WORDS8 WORDS8 "00000001", "", "column 289: more than 32 words"},
    {"{", "", "column 1: "},
    {"{}", "", "one of \"store\""},
    {"{\"store\":[],\"words\":\"00000000\"}", "", "one of \"store\""},
    {"{\"store\":[]} x", "", "column "},
    {"{\"store\":[],\"store\":[]}", "", "column "},
    {"{\"store\":7}", "", "\"store\" is not"},
    {"{\"store\":[1.5]}", "", "\"store\": line 0 "},
    {"{\"store\":[0,4294967296]}", "", "\"store\": line 1 "},
    {"{\"store\":[-2147483649]}", "", "\"store\": line 0 "},
    {"{\"store\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}", "",
     "\"store\" is not"},
    {"{\"words\":7}", "", "\"words\" is not"},
    {"{\"words\":\"\"}", "", "no program"},
    {"{\"id\":5,\"program\":7}", "5", "\"program\" is not"},
    {"{\"program\":\"LDX 1\"}", "", "\"program\":1:1: "},
    {"{\"store\":[],\"a\":4294967296}", "", "\"a\" is not"},
    {"{\"store\":[],\"ci\":32}", "", "\"ci\" is not"},
    {"{\"store\":[],\"ci\":-1}", "", "\"ci\" is not"},
    {"{\"store\":[],\"limit\":-1}", "", "\"limit\" is not"},
    {"{\"store\":[],\"limit\":\"1\"}", "", "\"limit\" is not"},
    {"{\"store\":[],\"id\":[]}", "", "\"id\" is not"},
    {"{\"store\":[],\"id\":\"\177\"}", "", "\"id\" is not"},
    {"{\"store\":[],\"id\":{}}", "", "\"id\" is not"},
    {"{\"store\":[],\"x\\n\":1}", "", "unknown key \"x\\x0a\""},
};

START_TEST(refuses_invalid)
{
    read_text(invalid[_i].text);
    ck_assert_msg(line.verdict == LINE_ERROR, "%s: accepted", invalid[_i].text);
    ck_assert_int_eq(line.status, STATUS_DATA);
    ck_assert_str_eq(line.id, invalid[_i].id);
    ck_assert_msg(strncmp(line.text, invalid[_i].error, strlen(invalid[_i].error)) == 0,
                  "%s: %s, not %s", invalid[_i].text, line.text, invalid[_i].error);
}
END_TEST

/* The longest id, and one that is longer; the same with JSON. */
START_TEST(bounds_ids)
{
    char text[512], id[200];

    for (int length = 124; length <= 127; length++) {
        memset(id, 'x', sizeof(id));
        id[length] = '\0';
        snprintf(text, sizeof(text), "00000001 @%s", id);
        read_text(text);
        ck_assert_int_eq(line.verdict, length <= 125 ? LINE_NONE : LINE_ERROR);
        snprintf(text, sizeof(text), "{\"store\":[],\"id\":\"%s\"}", id);
        read_text(text);
        ck_assert_int_eq(line.verdict, length <= 125 ? LINE_NONE : LINE_ERROR);
    }
}
END_TEST

START_TEST(bounds_lines)
{
    static char text[LINE_MOST + 1];

    memset(text, ' ', sizeof(text));
    memcpy(text, "00000001", 8);
    line_read(&line, text, LINE_MOST, 1, 1);
    ck_assert_int_eq(line.verdict, LINE_NONE);
    line_read(&line, text, LINE_MOST + 1, 1, 1);
    ck_assert_int_eq(line.verdict, LINE_ERROR);
}
END_TEST

static const char *write_text(enum line_format format, bool store)
{
    static char text[LINE_ANSWER + 1];
    char *end = line_write(text, &line, format, store);

    ck_assert_int_le(end - text, LINE_ANSWER);
    *end = '\0';
    return text;
}

START_TEST(writes_answers)
{
    read_text("{\"id\":\"a\\tb\",\"a\":-5,\"ci\":3,\"store\":[1,-2147483648]}");
    line.verdict = LINE_STP;
    line.state.executed = UINT64_MAX;
    ck_assert_str_eq(write_text(LINE_JSON, false),
                     "{\"id\":\"a\\tb\",\"stop\":\"stp\",\"executed\":\"18446744073709551615\","
                     "\"a\":-5,\"ci\":3}\n");
    ck_assert_str_eq(write_text(LINE_TSV, false), "\"a\\tb\"\tstp\t18446744073709551615\t-5\t3\n");
    line.state.executed = 0;
    ck_assert_ptr_nonnull(strstr(write_text(LINE_JSON, true), ",\"store\":[1,-2147483648,0,0,"));
    ck_assert_ptr_nonnull(strstr(write_text(LINE_TSV, true), "\t00000001 80000000 00000000 "));
    line.verdict = LINE_CYCLE;
    line.period = 9;
    line.is_exact = false;
    ck_assert_str_eq(write_text(LINE_JSON, false),
                     "{\"id\":\"a\\tb\",\"stop\":\"cycle\",\"executed\":0,\"a\":-5,\"ci\":3,"
                     "\"cycle\":{\"period\":9,\"exact\":false}}\n");
    read_text("00000000");
    line.verdict = LINE_LIMIT;
    line.state.executed = UINT64_MAX / 10;
    line.state.a = 10;
    ck_assert_str_eq(write_text(LINE_JSON, false),
                     "{\"id\":17,\"stop\":\"limit\",\"executed\":1844674407370955161,\"a\":10,"
                     "\"ci\":0}\n");
    ck_assert_str_eq(write_text(LINE_TSV, false), "17\tlimit\t1844674407370955161\t10\t0\n");
    read_text("@id 0");
    ck_assert_str_eq(write_text(LINE_TSV, true),
                     "id\terror\t\t\t\tcolumn 5: not a word of 8 hexadecimal digits\n");
    line_fail(&line, 80, "a \"b\"\n");
    ck_assert_str_eq(write_text(LINE_JSON, true),
                     "{\"id\":\"id\",\"line\":17,\"stop\":\"error\",\"status\":80,"
                     "\"error\":\"a \\\"b\\\"?\"}\n");
}
END_TEST

/* Whatever a worker has made of a line, what is written fits. */
START_TEST(bounds_answers)
{
    for (int byte = 0; byte < 256; byte++)
        for (int format = 0; format < LINE_FORMATS; format++) {
            memset(&line, byte, sizeof(line));
            write_text((enum line_format)format, true);
            line.verdict = LINE_ERROR;
            write_text((enum line_format)format, true);
            line.verdict = LINE_CYCLE;
            write_text((enum line_format)format, true);
        }
}
END_TEST

/* What is after the line's end is not read, and each byte of a word must be a digit. */
START_TEST(reads_words)
{
    static const char beyond[] = "00000001 00000002 ";
    char text[9] = "";

    line_read(&line, beyond, 7, 1, 1000);
    ck_assert_int_eq(line.verdict, LINE_ERROR);
    line_read(&line, beyond, 12, 1, 1000);
    ck_assert_int_eq(line.verdict, LINE_ERROR);
    for (int at = 0; at < 8; at++)
        for (int byte = 0; byte < 256; byte++) {
            memcpy(text, "7fA9c0Be", 8);
            text[at] = (char)byte;
            line_read(&line, text, 8, 1, 1000);
            if (byte && strchr("0123456789abcdefABCDEF", byte)) {
                ck_assert_int_eq(line.verdict, LINE_NONE);
                ck_assert_uint_eq(line.state.store[0], strtoul(text, NULL, 16));
            } else {
                ck_assert_int_eq(line.verdict, LINE_ERROR);
            }
        }
}
END_TEST

Suite *suite_line(void)
{
    Suite *suite = suite_create("line");
    TCase *tcase = tcase_create("line");

    tcase_add_loop_test(tcase, reads_valid, 0, sizeof(valid) / sizeof(valid[0]));
    tcase_add_loop_test(tcase, refuses_invalid, 0, sizeof(invalid) / sizeof(invalid[0]));
    tcase_add_test(tcase, bounds_ids);
    tcase_add_test(tcase, bounds_lines);
    tcase_add_test(tcase, writes_answers);
    tcase_add_test(tcase, bounds_answers);
    tcase_add_test(tcase, reads_words);
    suite_add_tcase(suite, tcase);
    return suite;
}
