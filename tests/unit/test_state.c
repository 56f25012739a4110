/* Runs that are kept and go on: the file, byte by byte, and cuts from any machine to any other. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crc64.h"
#include "machine/run.h"
#include "ssem/formats.h"
#include "ssem/state_json.h"
#include "ssem/step.h"
#include "suites.h"
#include "trial/random.h"
#include "trial/random_store.h"

#define KINDS  (TRANSPORT_COUNT + 1) /* of machines with one engine: in the guest, and native */
#define MOST   (ENGINE_COUNT * KINDS)
#define LENGTH 2000 /* instructions between two cuts, at most */

static struct error error;

static int read_text(struct baby *m, const char *text, size_t length)
{
    const struct source source = {
        .name = "saved", .text = text, .length = length, .origin = SOURCE_ORIGIN_DEFAULT};

    error.text[0] = '\0';
    return formats_read(m, NULL, &source, NULL, &error);
}

static char *saved(const struct baby *m, size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);

    ck_assert_ptr_nonnull(out);
    state_json_save(out, m, "limit");
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

static bool same(const struct baby *a, const struct baby *b)
{
    return step_same(a, b) && a->executed == b->executed;
}

START_TEST(check_is_the_one_of_xz)
{
    ck_assert_uint_eq(crc64(0, "123456789", 9), 0x995dc9bbdf1939fa);
    ck_assert_uint_eq(crc64(crc64(0, "1234", 4), "56789", 5), 0x995dc9bbdf1939fa);
}
END_TEST

/* The counts on both sides of what jansson takes for a number. */
START_TEST(keeps_every_count)
{
    static const uint64_t counts[] = {0, 1, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX};
    uint64_t random = 1948;

    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        struct baby m, again;
        size_t length;
        char *text;

        random_store(&m, &random);
        m.executed = counts[i];
        text = saved(&m, &length);
        ck_assert_msg(read_text(&again, text, length) == 0, "%s", error.text);
        ck_assert_uint_eq(again.executed, m.executed);
        ck_assert(same(&again, &m));
        free(text);
    }
}
END_TEST

/* Reads what may be damaged: an error of status 65, or the same state. */
static void read_damaged(const struct baby *m, const char *text, size_t length, unsigned *refused)
{
    struct baby again;

    if (read_text(&again, text, length) == 0) {
        ck_assert_msg(same(&again, m), "another state: %.*s", (int)length, text);
        return;
    }
    ck_assert_int_eq(error.status, STATUS_DATA);
    ck_assert_str_ne(error.text, "");
    ++*refused;
}

START_TEST(every_byte_matters)
{
    static const char others[] = "09 \",:}]-\\n;#x";
    uint64_t random = 1948;
    unsigned refused = 0;
    struct baby m;
    size_t length;
    char *text;

    random_store(&m, &random);
    m.executed = 1234567890;
    text = saved(&m, &length);
    for (size_t at = 0; at < length; at++) {
        const char byte = text[at];

        for (int bit = 0; bit < 8; bit++) {
            text[at] = (char)(byte ^ 1 << bit);
            read_damaged(&m, text, length, &refused);
        }
        for (size_t i = 0; i < sizeof(others); i++) {
            text[at] = others[i];
            read_damaged(&m, text, length, &refused);
        }
        text[at] = byte;
        read_damaged(&m, text, at, &refused);
    }
    ck_assert_uint_gt(refused, 20 * length);
    free(text);
}
END_TEST

#define WORDS32        "[1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]"
#define STATE(members) "{\"schema\":\"babyvisor/state/1\"," members "}"
#define ALL(executed, check)                                                                       \
    STATE("\"executed\":" executed ",\"a\":0,\"ci\":0,\"store\":" WORDS32 ",\"check\":" check)

static const struct {
    const char *text, *error;
} wrong[] = {
    {ALL("3", "5"), "saved: \"check\" does not agree"},
    {ALL("3", "\"crc64:0\""), "saved: \"check\" does not agree"},
    {ALL("-3", "\"\""), "saved: \"executed\" is not a number of instructions below 2^64"},
    {ALL("0.5", "\"\""), "saved: \"executed\" is not"},
    {ALL("true", "\"\""), "saved: \"executed\" is not"},
    {ALL("\"\"", "\"\""), "saved: \"executed\" is not"},
    {ALL("\"12x\"", "\"\""), "saved: \"executed\" is not"},
    {ALL("\" 1\"", "\"\""), "saved: \"executed\" is not"},
    {ALL("\"18446744073709551616\"", "\"\""), "saved: \"executed\" is not"},
    {STATE("\"a\":0,\"ci\":0,\"store\":" WORDS32), "saved: there is no \"executed\" in it"},
    {STATE("\"executed\":0,\"a\":0,\"ci\":0,\"store\":[],\"check\":\"\""),
     "saved: \"store\" must be an array of 32 numbers"},
};

START_TEST(refuses_what_is_wrong)
{
    struct baby m;

    ck_assert_int_lt(read_text(&m, wrong[_i].text, strlen(wrong[_i].text)), 0);
    ck_assert_int_eq(error.status, STATUS_DATA);
    ck_assert_msg(strncmp(error.text, wrong[_i].error, strlen(wrong[_i].error)) == 0, "%s",
                  error.text);
}
END_TEST

/* Keys of a later version, blanks, and numbers written in another way change nothing. */
START_TEST(takes_what_is_the_same)
{
    uint64_t random = 1948;
    struct baby m, again;
    size_t length;
    char *text, *edited = NULL;

    random_store(&m, &random);
    m.executed = 7;
    text = saved(&m, &length);
    ck_assert_int_gt(asprintf(&edited, " {\n  \"later\": [1], %s", text + 1), 0);
    ck_assert_msg(read_text(&again, edited, strlen(edited)) == 0, "%s", error.text);
    ck_assert(same(&again, &m));
    free(edited);
    free(text);
}
END_TEST

static size_t open_machines(struct machine *machines[MOST])
{
    const bool has_kvm = access("/dev/kvm", R_OK | W_OK) == 0;
    size_t count = 0;

    for (int engine = 0; engine < ENGINE_COUNT; engine++)
        for (int kind = has_kvm ? 0 : TRANSPORT_COUNT; kind < KINDS; kind++) {
            const struct machine_config config = {
                .backend = kind < TRANSPORT_COUNT ? BACKEND_KVM : BACKEND_NATIVE,
                .engine = (enum engine)engine,
                .transport = (enum transport)(kind % TRANSPORT_COUNT),
                .seconds = 100,
            };

            ck_assert_msg(machine_open(&machines[count++], &config, &error) == 0, "%s", error.text);
        }
    return count;
}

/* Runs m on that machine to the limit, or to its STP; it arrives through the file of a saved state.
 */
static void go_on(struct machine *machine, struct baby *m, uint64_t limit)
{
    struct baby start;
    struct run run;
    size_t length;
    char *text = saved(m, &length);

    ck_assert_msg(read_text(&start, text, length) == 0, "%s", error.text);
    free(text);
    ck_assert_int_eq(machine_arm(machine, 100, &error), 0);
    run_resume(&run, machine, &start, limit);
    ck_assert_msg(run_finish(&run, &error) == 0, "%s", error.text);
    ck_assert_uint_eq(run.began, m->executed);
    *m = run.state;
}

/* Each program is cut at random places, and goes on each time on another machine: from each one to
 * each other, and to itself. After an STP it is resumed. */
START_TEST(goes_on_anywhere)
{
    struct machine *machines[MOST] = {0};
    const size_t count = open_machines(machines);
    uint64_t random = 1948;
    struct baby m, expected;
    unsigned stops = 0;

    for (size_t from = 0; from < count; from++)
        for (size_t to = 0; to < count; to++) {
            if (to % 8 == 0) {
                random_store(&m, &random);
                m.executed = 0;
                expected = m;
            }
            for (int side = 0; side < 2; side++) {
                const uint64_t most = random_below(&random, LENGTH);
                const uint64_t before = expected.executed;

                stops += step_run(&expected, most) == STOP_STP;
                expected.executed += before;
                go_on(machines[side ? to : from], &m, before + most);
                ck_assert_msg(same(&m, &expected),
                              "machine %zu, then %zu, of %zu: differs after "
                              "%llu instructions",
                              from, to, count, (unsigned long long)expected.executed);
            }
        }
    for (size_t i = 0; i < count; i++)
        machine_close(machines[i]);
    printf("# %zu machines, %zu pairs, %u stops\n", count, count * count, stops);
    ck_assert_uint_gt(stops, count);
}
END_TEST

Suite *suite_state(void)
{
    Suite *suite = suite_create("state");
    TCase *tests = tcase_create("state");

    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, check_is_the_one_of_xz);
    tcase_add_test(tests, keeps_every_count);
    tcase_add_test(tests, every_byte_matters);
    tcase_add_loop_test(tests, refuses_what_is_wrong, 0, sizeof(wrong) / sizeof(wrong[0]));
    tcase_add_test(tests, takes_what_is_the_same);
    tcase_add_test(tests, goes_on_anywhere);
    suite_add_tcase(suite, tests);
    return suite;
}
