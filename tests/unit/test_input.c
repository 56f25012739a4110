/* The input of `batch`: cut into the same lines however it comes, and found again. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pool/input.h"
#include "suites.h"

static struct error error;
static struct chunk chunk;

/* An input that holds this text, by a file or by a pipe, whose writer is a child. */
static int make_input(const char *text, size_t length, bool pipes)
{
    int ends[2];
    FILE *file;

    if (!pipes) {
        file = tmpfile();
        ck_assert_ptr_nonnull(file);
        ck_assert_uint_eq(fwrite(text, 1, length, file), length);
        fflush(file);
        lseek(fileno(file), 0, SEEK_SET);
        return fileno(file);
    }
    ck_assert_int_eq(pipe(ends), 0);
    if (fork() == 0) {
        close(ends[0]);
        while (length > 0) {
            const ssize_t put = write(ends[1], text, length < 777 ? length : 777);

            if (put <= 0)
                break;
            text += put;
            length -= (size_t)put;
        }
        _exit(0);
    }
    close(ends[1]);
    return ends[0];
}

/* The next chunk; false at the end. */
static bool next(struct input *input)
{
    while (!input_cut(input, &chunk)) {
        if (input->ended)
            return false;
        ck_assert_int_eq(input_read(input, &error), 0);
    }
    return true;
}

/* Lines of all lengths up to the longest, one that is longer, empty ones, and a last one without an
 * end; returns their length. */
static size_t make_text(char **text)
{
    size_t length = 0;

    *text = malloc(4 * 1024 * 1024);
    ck_assert_ptr_nonnull(*text);
    for (int i = 0; i < 3000; i++) {
        const size_t line = i == 1500   ? LINE_MOST
                            : i == 1501 ? LINE_MOST + 1
                            : i == 1502 ? 1000000
                            : i == 1503 ? LINE_MOST + 100
                                        : (size_t)(i * 7 % 300);

        memset(*text + length, 'a' + i % 26, line);
        length += line;
        (*text)[length++] = '\n';
    }
    return length - 1;
}

/* Checks that chunks hold the lines of text from line `first` on, and ends with the input. */
static void check_lines(struct input *input, const char *text, size_t length, uint64_t first)
{
    const char *at = text, *end = text + length;
    uint64_t number = 1;

    for (; number < first; number++)
        at = number == 3000 ? end : (const char *)memchr(at, '\n', (size_t)(end - at)) + 1;
    while (next(input)) {
        uint32_t start = 0;

        ck_assert_uint_eq(chunk.first, number);
        ck_assert_uint_eq(chunk.to, chunk.lines);
        for (uint32_t i = 0; i < chunk.lines; i++, number++) {
            const char *newline = memchr(at, '\n', (size_t)(end - at));
            const size_t whole = (size_t)((newline ? newline : end) - at);
            const size_t want = whole > LINE_MOST ? LINE_MOST + 1 : whole;

            ck_assert_uint_eq(chunk.ends[i] - start, want);
            ck_assert(memcmp(chunk.text + start, at, want) == 0);
            start = chunk.ends[i] + 1;
            at += whole + (newline != NULL);
        }
        ck_assert_uint_le(start, sizeof(chunk.text));
    }
    ck_assert_uint_eq(number, 3001);
    ck_assert_ptr_eq(at, end);
}

START_TEST(cuts_lines)
{
    char *text;
    const size_t length = make_text(&text);
    struct input input;

    ck_assert_int_eq(input_open(&input, make_input(text, length, _i), &error), 0);
    check_lines(&input, text, length, 1);
    ck_assert_uint_eq(input.place.offset, length);
    input_close(&input);
    free(text);
}
END_TEST

/* From every place that a chunk ends at, the rest is the same; of another input it is refused. */
START_TEST(goes_on)
{
    char *text;
    const size_t length = make_text(&text);
    struct input input, other;

    ck_assert_int_eq(input_open(&input, make_input(text, length, false), &error), 0);
    while (next(&input)) {
        const struct input_place place = input.place;

        ck_assert_int_eq(input_open(&other, make_input(text, length, _i), &error), 0);
        ck_assert_int_eq(input_seek(&other, &place, &error), 0);
        check_lines(&other, text, length, place.lines + 1);
        input_close(&other);
        text[place.offset - 1] ^= 1;
        ck_assert_int_eq(input_open(&other, make_input(text, length, _i), &error), 0);
        ck_assert_int_lt(input_seek(&other, &place, &error), 0);
        ck_assert_int_eq(error.status, STATUS_DATA);
        input_close(&other);
        text[place.offset - 1] ^= 1;
        ck_assert_int_eq(input_open(&other, make_input(text, place.offset - 1, _i), &error), 0);
        ck_assert_int_lt(input_seek(&other, &place, &error), 0);
        input_close(&other);
    }
    input_close(&input);
    free(text);
}
END_TEST

/* A batch that was ended before anything was answered. */
START_TEST(begins_again)
{
    const struct input_place place = {0};
    char *text;
    const size_t length = make_text(&text);
    struct input input;

    ck_assert_int_eq(input_open(&input, make_input(text, length, _i), &error), 0);
    ck_assert_int_eq(input_seek(&input, &place, &error), 0);
    check_lines(&input, text, length, 1);
    input_close(&input);
    free(text);
}
END_TEST

Suite *suite_input(void)
{
    Suite *suite = suite_create("input");
    TCase *tcase = tcase_create("input");

    tcase_add_loop_test(tcase, cuts_lines, 0, 2);
    tcase_add_loop_test(tcase, goes_on, 0, 2);
    tcase_add_loop_test(tcase, begins_again, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
