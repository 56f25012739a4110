/* Lines of a descriptor, one at a time. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/lines.h"
#include "suites.h"

/* What lines_next() makes of a text: the lines with | after each, or ! for one too long. */
static void reads_as(const char *text, size_t length, const char *expected)
{
    struct lines lines = {0};
    char got[256] = "";
    int ends[2], result;
    char *line;

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    ck_assert_int_eq(write(ends[1], text, length), (ssize_t)length);
    close(ends[1]);
    lines.fd = ends[0];
    for (;;) {
        result = lines_next(&lines, &line);
        if (result == 0 && !line)
            break;
        ck_assert_int_eq(result, line ? 0 : -E2BIG);
        ck_assert_uint_lt(strlen(got) + 20, sizeof(got));
        snprintf(got + strlen(got), 20, "%.10s|", line ? line : "!");
    }
    close(ends[0]);
    ck_assert_str_eq(got, expected);
}

START_TEST(reads_lines)
{
    static char long_line[3 * LINES_LONGEST];

    reads_as("", 0, "");
    reads_as("a", 1, "a|");
    reads_as("a\r\n\nb\n", 6, "a||b|");
    reads_as("a\nb", 3, "a|b|");
    memset(long_line, 'x', sizeof(long_line));
    reads_as(long_line, sizeof(long_line), "!|");
    memcpy(long_line + sizeof(long_line) - 3, "\nb\n", 3);
    reads_as(long_line, sizeof(long_line), "!|b|");
    reads_as(long_line, LINES_LONGEST - 1, "!|");
    reads_as(long_line, LINES_LONGEST - 2, "xxxxxxxxxx|");
}
END_TEST

Suite *suite_lines(void)
{
    Suite *suite = suite_create("lines");
    TCase *tests = tcase_create("lines");

    tcase_add_test(tests, reads_lines);
    suite_add_tcase(suite, tests);
    return suite;
}
