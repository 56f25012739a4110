/* The sample programs: each gives what the "; expect:" lines of its header say. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "ssem/isa.h"
#include "ssem/program.h"
#include "ssem/step.h"
#include "suites.h"

#define BUDGET 10000000

static struct error error;

static const char *programs_folder(void)
{
    static char path[512];
    const char *top = getenv("srcdir");

    snprintf(path, sizeof(path), "%s/programs", top ? top : ".");
    return path;
}

/* Checks one "name=number" or "stp" against what came out. */
static void check_word(const char *path, char *word, const struct baby *m, enum stop stop)
{
    char *equals = strchr(word, '=');
    long long want = equals ? strtoll(equals + 1, NULL, 10) : 0;
    long long got;
    char *end;

    if (!equals) {
        ck_assert_msg(strcmp(word, "stp") == 0, "%s: what is \"%s\"?", path, word);
        ck_assert_msg(stop == STOP_STP, "%s: no STP", path);
        return;
    }
    *equals = '\0';
    if (strcmp(word, "executed") == 0) {
        got = (long long)m->executed;
    } else if (strcmp(word, "a") == 0) {
        got = isa_number(m->a);
    } else if (strcmp(word, "ci") == 0) {
        got = m->ci;
    } else {
        ck_assert_msg(strncmp(word, "line", 4) == 0, "%s: what is \"%s\"?", path, word);

        unsigned long line = strtoul(word + 4, &end, 10);

        ck_assert_msg(line < ABI_LINES && *end == '\0', "%s: what is \"%s\"?", path, word);
        got = isa_number(m->store[line]);
    }
    ck_assert_msg(got == want, "%s: %s is %lld, not %lld", path, word, got, want);
}

/* Runs the program on to the next STP for each such line. Returns how many there are. */
static int check_program(const char *path, const struct file *file)
{
    struct program program;
    char *text = strndup(file->bytes, file->length);
    int count = 0;

    ck_assert_msg(program_read(&program, path, &error) == 0, "%s", error.text);
    for (char *line = text; (line = strstr(line, "; expect:")); count++) {
        char *end = strchr(line, '\n');
        char *rest = line + strlen("; expect:");
        enum stop stop = step_run(&program.state, BUDGET);

        ck_assert_ptr_nonnull(end);
        *end = '\0';
        for (char *word; (word = strsep(&rest, " "));)
            if (*word)
                check_word(path, word, &program.state, stop);
        line = end + 1;
    }
    free(text);
    return count;
}

START_TEST(give_what_they_promise)
{
    DIR *folder = opendir(programs_folder());
    int count = 0;

    ck_assert_ptr_nonnull(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        const char *dot = strrchr(entry->d_name, '.');
        char path[1024];
        struct file file;

        if (!dot || strcmp(dot, ".asm") != 0)
            continue;
        snprintf(path, sizeof(path), "%s/%s", programs_folder(), entry->d_name);
        ck_assert_int_eq(file_read(&file, path, PROGRAM_MAX, &error), 0);
        ck_assert_msg(check_program(path, &file) > 0, "%s expects nothing", path);
        free(file.bytes);
        count++;
    }
    closedir(folder);
    ck_assert_int_ge(count, 6);
}
END_TEST

START_TEST(first_program_is_the_embedded_one)
{
    struct program program, embedded;
    char path[1024];

    snprintf(path, sizeof(path), "%s/first.asm", programs_folder());
    ck_assert_msg(program_read(&program, path, &error) == 0, "%s", error.text);
    ck_assert_int_eq(program_read(&embedded, NULL, &error), 0);
    ck_assert_mem_eq(&program.state, &embedded.state, sizeof(program.state));
}
END_TEST

Suite *suite_programs(void)
{
    Suite *suite = suite_create("programs");
    TCase *tests = tcase_create("programs");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, give_what_they_promise);
    tcase_add_test(tests, first_program_is_the_embedded_one);
    suite_add_tcase(suite, tests);
    return suite;
}
