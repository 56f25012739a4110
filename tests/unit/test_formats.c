/* The formats: corpora of good and bad files, and random stores through every pair of formats. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "ssem/formats.h"
#include "ssem/isa.h"
#include "suites.h"

#define FILE_MAX (64 * 1024)

static struct error error;

/* A path below the source tree; it stays until the next call. */
static const char *source_path(const char *relative)
{
    static char path[512];
    const char *top = getenv("srcdir");

    snprintf(path, sizeof(path), "%s/%s", top ? top : ".", relative);
    return path;
}

/* Reads a file of the source tree by its content; the name in errors is that of the file. */
static int read_sample(struct baby *m, const char *relative)
{
    const char *slash = strrchr(relative, '/');
    struct file file;
    int result = file_read(&file, source_path(relative), FILE_MAX, &error);

    ck_assert_msg(result == 0, "%s", error.text);

    struct source source = {
        .name = slash ? slash + 1 : relative,
        .text = file.bytes,
        .length = file.length,
        .origin = SOURCE_ORIGIN_DEFAULT,
    };

    result = formats_read(m, NULL, &source, NULL, &error);
    free(file.bytes);
    return result;
}

static void assert_same(const struct baby *m, const struct baby *other, bool state,
                        const char *what)
{
    for (int i = 0; i < ABI_LINES; i++)
        ck_assert_msg(m->store[i] == other->store[i], "%s: line %d is %#x, not %#x", what, i,
                      m->store[i], other->store[i]);
    if (!state)
        return;
    ck_assert_msg(m->a == other->a, "%s: A is %#x, not %#x", what, m->a, other->a);
    ck_assert_msg(m->ci == other->ci, "%s: CI is %u, not %u", what, m->ci, other->ci);
}

/* Every file of a folder reads as the one that is named. */
static const struct {
    const char *folder, *like;
} valid[] = {
    {"tests/formats/valid/first", "programs/first.bits"},
    {"tests/formats/valid/values", "tests/formats/valid/values/words.decimal"},
    {"tests/formats/valid/state", "tests/formats/valid/state/store.json"},
};

START_TEST(reads_valid)
{
    struct baby like, m;
    DIR *folder = opendir(source_path(valid[_i].folder));
    int count = 0;

    ck_assert_ptr_nonnull(folder);
    ck_assert_int_eq(read_sample(&like, valid[_i].like), 0);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[512];

        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "%s/%s", valid[_i].folder, entry->d_name);
        ck_assert_msg(read_sample(&m, path) == 0, "%s", error.text);
        assert_same(&m, &like, true, path);
        count++;
    }
    closedir(folder);
    ck_assert_int_ge(count, 5);
}
END_TEST

/* tests/formats/invalid.txt holds the first line of the error of every file of the folder. */
START_TEST(rejects_invalid)
{
    struct file list;
    int count = 0;

    ck_assert_int_eq(file_read(&list, source_path("tests/formats/invalid.txt"), FILE_MAX, &error),
                     0);

    struct source source = {.text = list.bytes, .length = list.length};
    struct source_line line = {0};

    while (source_next(&source, &line)) {
        char path[256];
        struct baby m;
        size_t name = strcspn(line.text, ":");

        snprintf(path, sizeof(path), "tests/formats/invalid/%.*s", (int)name, line.text);
        ck_assert_msg(read_sample(&m, path) < 0, "%s was read", path);
        ck_assert_msg(error.status == STATUS_DATA, "%s: status %d", path, (int)error.status);
        ck_assert_msg(strcspn(error.text, "\n") == line.length &&
                          memcmp(error.text, line.text, line.length) == 0,
                      "\"%s\" does not begin with \"%.*s\"", error.text, (int)line.length,
                      line.text);
        count++;
    }
    free(list.bytes);
    ck_assert_int_ge(count, 70);
}
END_TEST

#define ZEROS "00000000000000000000000000000000"

/* Texts that load with a warning, and what it says first. */
static const struct {
    const char *text, *warning;
} doubtful[] = {
    {"1\n0000:" ZEROS "\n0001:" ZEROS "\n", "t:1:1: the count is 1, but 2 lines follow"},
    {"3\n0000:" ZEROS "\n0001:" ZEROS "\n", "t:1:1: the count is 3, but 2 lines follow"},
    {"2\n0000:" ZEROS "\n0001:" ZEROS "\n", NULL},
};

START_TEST(warns)
{
    const char *text = doubtful[_i].text, *expected = doubtful[_i].warning;
    struct warnings warnings = {0};
    struct baby m;
    struct source source = {
        .name = "t",
        .text = text,
        .length = strlen(text),
        .origin = SOURCE_ORIGIN_DEFAULT,
    };

    ck_assert_msg(formats_read(&m, NULL, &source, &warnings, &error) == 0, "%s", error.text);
    ck_assert_uint_eq(warnings.count, expected ? 1 : 0);
    if (expected)
        ck_assert_msg(strncmp(warnings.text[0], expected, strlen(expected)) == 0, "\"%s\"",
                      warnings.text[0]);
}
END_TEST

/* Whether what the format writes can be read again. */
static bool is_both(const struct format *format)
{
    return format->read && format->write;
}

/* Writes m as a text that the caller frees. */
static char *written(const struct format *format, const struct baby *m, size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);

    ck_assert_ptr_nonnull(out);
    format->write(out, m);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

/* Through a format and back, the reader found by content where the table has a recogniser. */
static void pass(struct baby *m, const struct format *format)
{
    const struct format *reader = format->recognise ? NULL : format;
    size_t length;
    char *text = written(format, m, &length);
    struct source source = {
        .name = format->name,
        .text = text,
        .length = length,
        .origin = SOURCE_ORIGIN_DEFAULT,
    };

    ck_assert_msg(formats_read(m, reader, &source, NULL, &error) == 0, "%s", error.text);
    free(text);
}

/* Words of four kinds: any, instructions, instructions with stray bits, small numbers. */
static uint32_t random_word(int kind)
{
    uint32_t word = (uint32_t)random() << 16 ^ (uint32_t)random();

    switch (kind) {
    case 1:
        return word_make((enum word_function)(word >> 8 & 7), word);
    case 2:
        return word_make((enum word_function)(word >> 8 & 7), word) | UINT32_C(1)
                                                                          << (word >> 16 & 31);
    case 3:
        return word % 33 - 1;
    default:
        return word;
    }
}

START_TEST(round_trips)
{
    const struct format *first = &formats_table[_i];

    if (!is_both(first))
        return;
    srandom(1948);
    for (int round = 0; round < 40; round++) {
        struct baby m = {.a = random_word(round % 4), .ci = random_word(0) % ABI_LINES};

        for (int i = 0; i < ABI_LINES; i++)
            m.store[i] = random_word(round % 4);
        for (const struct format *second = formats_table; second->name; second++) {
            struct baby passed = m;

            if (!is_both(second))
                continue;
            pass(&passed, first);
            pass(&passed, second);
            assert_same(&passed, &m, first->has_state && second->has_state, second->name);
        }
    }
}
END_TEST

/* What other programs demand of a file, to the letter. */
static const struct {
    const char *format, *text;
} forms[] = {
    {"asm", "32\r\n0000 NUM 0\r\n0001 LDN 24\r\n0002 STO 26\r\n"},
    {"snp", "32\r\n0000:" ZEROS "\r\n0001:00011000000000100000000000000000\r\n"},
    {"snp-plain", "0000: " ZEROS "\n0001: 00011000000000100000000000000000\n0002: "},
    {"ssem", "00: NUM 0\n01: LDN 24\n02: STO 26\n"},
    {"bits-msb", ZEROS "\n00000000000000000100000000011000\n00000000000000000110000000011010\n"},
    {"logisim", "v2.0 raw\n00000000\n00004018\n0000601a\n"},
    {"decimal", "0\n16408\n24602\n"},
    {"json", "{\"schema\":\"babyvisor/store/1\",\"a\":0,\"ci\":0,\"store\":[0,16408,24602,"},
};

START_TEST(writes_the_form)
{
    struct baby m;
    size_t length;

    ck_assert_int_eq(read_sample(&m, "programs/first.bits"), 0);

    char *text = written(formats_find(forms[_i].format), &m, &length);

    ck_assert_msg(strncmp(text, forms[_i].text, strlen(forms[_i].text)) == 0, "%s:\n%s",
                  forms[_i].format, text);
    free(text);
}
END_TEST

/* The help says what the table's columns say. */
START_TEST(help_is_true)
{
    const struct format *format = &formats_table[_i];
    const struct choice *choice = &formats_choices[_i];

    ck_assert_str_eq(choice->name, format->name);
    ck_assert_int_eq(strstr(choice->help, "keeps A and CI") != NULL,
                     format->has_state && is_both(format));
    ck_assert_int_eq(strstr(choice->help, "only written") != NULL, !format->read);
    ck_assert_int_eq(strstr(choice->help, "only read") != NULL, !format->write);
}
END_TEST

START_TEST(disassembles_code_not_data)
{
    struct baby m;
    size_t length;

    ck_assert_int_eq(read_sample(&m, "programs/first.bits"), 0);

    char *text = written(formats_find("asm"), &m, &length);

    ck_assert_ptr_nonnull(
        strstr(text, "\n0013 STP\r\n0014 LDN 26\r\n0015 SUB 21\r\n0016 STO 27\r\n0017 LDN 27\r\n"
                     "0018 STO 26\r\n0019 JMP 22\r\n0020 NUM -3\r\n0021 NUM 1\r\n0022 NUM 4\r\n"));
    free(text);
    text = written(formats_find("ssem"), &m, &length);
    ck_assert_ptr_nonnull(strstr(text, "\n12: CMP\n13: STOP\n14: LDN 26\n"));
    free(text);
}
END_TEST

START_TEST(picture_is_there)
{
    struct baby m;
    size_t length;
    struct file file;

    ck_assert_int_eq(read_sample(&m, "doc/first.svg"), 0);
    ck_assert_uint_eq(m.store[27], 131072);
    ck_assert_int_eq(file_read(&file, source_path("doc/first.svg"), FILE_MAX, &error), 0);

    char *text = written(formats_find("svg"), &m, &length);

    ck_assert_msg(file.length == length && memcmp(file.bytes, text, length) == 0,
                  "doc/first.svg is not what is drawn now");
    free(text);
    free(file.bytes);
}
END_TEST

Suite *suite_formats(void)
{
    Suite *suite = suite_create("formats");
    TCase *tests = tcase_create("formats");
    int count = 0;

    while (formats_table[count].name)
        count++;
    tcase_add_loop_test(tests, reads_valid, 0, sizeof(valid) / sizeof(valid[0]));
    tcase_add_test(tests, rejects_invalid);
    tcase_add_loop_test(tests, warns, 0, sizeof(doubtful) / sizeof(doubtful[0]));
    tcase_add_loop_test(tests, round_trips, 0, count);
    tcase_add_loop_test(tests, writes_the_form, 0, sizeof(forms) / sizeof(forms[0]));
    tcase_add_loop_test(tests, help_is_true, 0, count);
    tcase_add_test(tests, disassembles_code_not_data);
    tcase_add_test(tests, picture_is_there);
    suite_add_tcase(suite, tests);
    return suite;
}
