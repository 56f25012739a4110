/* Spaces: small ones against an enumeration that is written another way, templates, and what is
 * decided natively against the reference. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pool/space.h"
#include "pool/sums.h"
#include "ssem/step.h"
#include "suites.h"

#define STEPS 1000

static struct error error;
static struct space space;

/* What a sweep visits: counted, and each program put on a list. */
struct list {
    uint64_t count, ends[WALK_OPEN + 1], longest;
    struct list_row {
        uint32_t store[ABI_LINES];
        enum walk_end end;
        uint64_t executed;
    } rows[200000];
};

static struct list found;

static int note(void *context, enum walk_end end, const struct walk *walk,
                const uint32_t store[ABI_LINES], struct error *why)
{
    struct list *list = context;
    struct list_row *row = &list->rows[list->count++];

    (void)why;
    ck_assert_uint_lt(list->count, sizeof(list->rows) / sizeof(list->rows[0]));
    memcpy(row->store, store, sizeof(row->store));
    row->end = end;
    row->executed = walk->executed;
    list->ends[end]++;
    if (end == WALK_STP && walk->executed > list->longest)
        list->longest = walk->executed;
    return 0;
}

static int walk_unit(void *context, const struct space_unit *unit, struct error *why)
{
    return space_walk(&space, unit, STEPS, note, context, why);
}

static void sweep(const char *name, const char *text)
{
    memset(&found, 0, sizeof(found));
    ck_assert_msg(space_parse(&space, name, text, text ? strlen(text) : 0, &error) == 0, "%s",
                  error.text);
    ck_assert_int_eq(space_units(&space, STEPS, walk_unit, &found, &error), 0);
}

/* A program by the reference alone: whether it stops within STEPS, and which lines it looks at. */
static bool run_reference(const uint32_t store[ABI_LINES], uint64_t *executed, uint32_t *looked)
{
    struct baby m = {0};
    uint32_t written = 0;

    memcpy(m.store, store, sizeof(m.store));
    *looked = 0;
    for (*executed = 1; *executed <= STEPS; ++*executed) {
        const uint32_t ci = (m.ci + 1) % 32, pi = m.store[ci];
        const unsigned function = pi / 8192 % 8, line = pi % 32;

        *looked |= ~written & 1u << ci;
        if (function == 3)
            written |= 1u << line;
        else if (function < 6)
            *looked |= ~written & 1u << line;
        if (!step(&m))
            return true;
    }
    return false;
}

static int order(const void *one, const void *other)
{
    return memcmp(one, other, sizeof(uint32_t) * ABI_LINES);
}

/* All stores with at most one line that is not zero, one by one: 32 lines, 255 words. What they do
 * to lines that nobody looks at must not matter: each is one of the leaves, that in which those
 * lines are zero. */
START_TEST(agrees_with_all_of_one_line)
{
    uint64_t count = 0, stops = 0;

    sweep("tnf:1", NULL);
    qsort(found.rows, found.count, sizeof(found.rows[0]), order);
    for (unsigned line = 0; line < ABI_LINES; line++)
        for (unsigned word = 0; word < 256; word++) {
            uint32_t store[ABI_LINES] = {0}, looked;
            uint64_t executed;
            const struct list_row *row;
            bool stopped;

            store[line] = word / 32 * 8192 + word % 32;
            stopped = run_reference(store, &executed, &looked);
            store[line] = looked >> line & 1 ? store[line] : 0;
            row = bsearch(store, found.rows, found.count, sizeof(found.rows[0]), order);
            ck_assert_ptr_nonnull(row);
            ck_assert_int_eq(row->end == WALK_STP, stopped);
            if (stopped)
                ck_assert_uint_eq(row->executed, executed);
            if (store[line] || (line == 0 && word == 0)) {
                count++;
                stops += stopped;
            }
        }
    ck_assert_uint_eq(count, found.count);
    ck_assert_uint_eq(stops, found.ends[WALK_STP]);
    ck_assert_uint_eq(found.count, 511);
    ck_assert_uint_eq(found.longest, 2);
}
END_TEST

/* The figures of another program; and each leaf by the reference. */
START_TEST(agrees_about_two_lines)
{
    sweep("tnf:2", NULL);
    ck_assert_uint_eq(found.count, 198136);
    ck_assert_uint_eq(found.ends[WALK_STP], 14273);
    ck_assert_uint_eq(found.ends[WALK_CYCLE], 183494);
    ck_assert_uint_eq(found.ends[WALK_OPEN], 369);
    ck_assert_uint_eq(found.longest, 10);
    qsort(found.rows, found.count, sizeof(found.rows[0]), order);
    for (uint64_t i = 0; i < found.count; i++) {
        uint64_t executed;
        uint32_t looked, nonzero = 0;

        ck_assert(i == 0 || order(&found.rows[i - 1], &found.rows[i]) < 0);
        ck_assert_int_eq(run_reference(found.rows[i].store, &executed, &looked),
                         found.rows[i].end == WALK_STP);
        if (found.rows[i].end == WALK_STP)
            ck_assert_uint_eq(executed, found.rows[i].executed);
        for (unsigned line = 0; line < ABI_LINES; line++)
            if (found.rows[i].store[line])
                nonzero |= 1u << line;
        ck_assert_int_le(__builtin_popcount(nonzero), 2);
        /* What is not zero is looked at. */
        ck_assert_uint_eq(nonzero & ~looked, 0);
    }
    /* All words on lines 1 and 2. */
    for (unsigned words = 0; words < 65536; words++) {
        uint32_t store[ABI_LINES] = {0}, looked;
        uint64_t executed;
        bool stopped;
        const struct list_row *row;

        store[1] = words / 8192 * 8192 + words / 256 % 32;
        store[2] = words / 32 % 8 * 8192 + words % 32;
        stopped = run_reference(store, &executed, &looked);
        for (unsigned line = 1; line <= 2; line++)
            store[line] = looked >> line & 1 ? store[line] : 0;
        row = bsearch(store, found.rows, found.count, sizeof(found.rows[0]), order);
        ck_assert_ptr_nonnull(row);
        ck_assert_int_eq(row->end == WALK_STP, stopped);
        ck_assert(!stopped || row->executed == executed);
    }
}
END_TEST

/* Reads a template of so many sets. */
static int read_sets(int sets)
{
    char text[1024];
    size_t used = 0;

    for (int line = 0; line < ABI_LINES; line++) {
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%02d NUM ", line);
        for (int left = line ? 2 : sets - 62; left > 0; left--)
            used += (size_t)snprintf(text + used, sizeof(text) - used, "{1}");
        used += (size_t)snprintf(text + used, sizeof(text) - used, "\n");
    }
    return space_parse(&space, "t", text, used, &error);
}

START_TEST(multiplies_templates)
{
    static const uint32_t values[] = {7, -5u, 20, 21, 22, 9};
    uint64_t i = 0;

    sweep("t", "00 NUM 0\n01 {LDN,SUB} {3-5}\n02 STP\n03 NUM {-1..1}\n");
    ck_assert_uint_eq(found.count, 18);
    for (uint32_t function = 2; function <= 4; function += 2)
        for (uint32_t line = 3; line <= 5; line++)
            for (int number = -1; number <= 1; number++, i++) {
                const uint32_t *store = found.rows[i].store;

                ck_assert_uint_eq(store[1], function * 8192 + line);
                ck_assert_uint_eq(store[2], 7 * 8192);
                ck_assert_uint_eq(store[3], (uint32_t)number);
                ck_assert_int_eq(found.rows[i].end, WALK_STP);
                ck_assert_uint_eq(found.rows[i].executed, 2);
            }
    sweep("t", "01 STP\n");
    ck_assert_uint_eq(found.count, 1);
    sweep("t", "01 STP\n02 NUM {7,-5,20-22,9}\n");
    ck_assert_uint_eq(found.count, 6);
    for (i = 0; i < 6; i++)
        ck_assert_uint_eq(found.rows[i].store[2], values[i]);
    sweep("t", "01 STP ; {1,2}\n02 NUM {-2--1} -- {\n# {\n// }\n03 NUM {1,2}; {");
    ck_assert_uint_eq(found.count, 4);
    ck_assert_int_eq(read_sets(64), 0);
    ck_assert_uint_eq(space.count, 1);
    ck_assert_int_lt(read_sets(65), 0);
    sweep("t", "01 JMP {0,2,3}\n");
    ck_assert_uint_eq(found.ends[WALK_CYCLE], found.count);
}
END_TEST

static const char *const wrong[] = {
    "01 {LDN\n",
    "01 {} 3\n",
    "01 LDN {,3}\n",
    "01 LDN {0-99999}\n",
    "01 XXX {1,2}\n",
    "01 LDN {1,LDN}\n",
    "01 NUM {0-2000,2001-4100}\n",
    "01 NUM {1,1,2}\n",
    "01 NUM {0-9,7}\n",
    "01 LDN {1,33}\n",
    "01 {LDN,LDN} 1\n",
    "{1,2} LDN 3\n", /* it changes two lines */
    "01 NUM {0-4095}\n02 NUM {0-4095}{0-9}\n03 NUM {0-4095}{0-9}\n",
};

START_TEST(refuses_templates)
{
    ck_assert_int_lt(space_parse(&space, "t", wrong[_i], strlen(wrong[_i]), &error), 0);
    ck_assert_int_eq(error.status, STATUS_DATA);
}
END_TEST

START_TEST(refuses_names)
{
    const char *const names[] = {"tnf:", "tnf:0", "tnf:9", "tnf:1x", "tnf:x"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        ck_assert_int_lt(space_parse(&space, names[i], NULL, 0, &error), 0);
}
END_TEST

/* Sums do not depend on the order in which they are made, and read back as they are written. */
START_TEST(adds_up)
{
    static struct sums all, parts[3], sum, read;
    const uint32_t most[SUMS_KIND_COUNT] = {5, 3, 4};
    json_t *object = json_object();

    for (uint32_t i = 0; i < 1000; i++) {
        const enum sums_kind kind = i % SUMS_KIND_COUNT;
        struct sums_program program = {.executed = i * 7919 % 100};

        program.store[i % 3] = i * 104729 % 1009;
        program.period = kind == SUMS_CYCLE;
        sums_count(&all, kind, program.executed);
        sums_keep(&all, kind, &program, most[kind]);
        sums_count(&parts[i * 31 % 7 % 3], kind, program.executed);
        sums_keep(&parts[i * 31 % 7 % 3], kind, &program, most[kind]);
    }
    for (int i = 2; i >= 0; i--)
        sums_add(&sum, &parts[i], most);
    ck_assert_mem_eq(&sum, &all, offsetof(struct sums, programs));
    for (int kind = 0; kind < SUMS_KIND_COUNT; kind++)
        ck_assert_mem_eq(sum.programs[kind], all.programs[kind],
                         all.kept[kind] * sizeof(all.programs[kind][0]));
    ck_assert_int_eq(sums_write(&all, object, &error), 0);
    ck_assert_int_eq(sums_read(&read, object, &error), 0);
    ck_assert_mem_eq(&read, &all, offsetof(struct sums, programs));
    json_decref(object);
}
END_TEST

/* A worker that has been broken into, and a file that is not what a sweep writes. */
START_TEST(bounds_lists)
{
    static struct sums sum, lies;
    const uint32_t most[SUMS_KIND_COUNT] = {5, 5, 5};
    json_t *object = json_object(), *list = json_array();

    memset(&lies, 0xff, sizeof(lies));
    sums_add(&sum, &lies, most);
    sums_add(&sum, &lies, most);
    ck_assert_uint_eq(sum.counts[SUMS_STP], UINT64_MAX);
    ck_assert_uint_eq(sum.kept[SUMS_OPEN], 5);
    memset(&sum, 0, sizeof(sum));
    ck_assert_int_eq(sums_write(&sum, object, &error), 0);
    for (int i = 0; i <= SUMS_KEPT; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:{}}", "executed", "1", "period", "0", "lines"));
    json_object_set_new(object, "stp_kept", list);
    ck_assert_int_lt(sums_read(&sum, object, &error), 0);
    json_array_remove(list, 0);
    ck_assert_int_eq(sums_read(&sum, object, &error), 0);
    ck_assert_uint_eq(sum.kept[SUMS_STP], SUMS_KEPT);
    json_decref(object);
}
END_TEST

Suite *suite_space(void)
{
    Suite *suite = suite_create("space");
    TCase *tcase = tcase_create("space");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, agrees_with_all_of_one_line);
    tcase_add_test(tcase, agrees_about_two_lines);
    tcase_add_test(tcase, multiplies_templates);
    tcase_add_loop_test(tcase, refuses_templates, 0, sizeof(wrong) / sizeof(wrong[0]));
    tcase_add_test(tcase, refuses_names);
    tcase_add_test(tcase, adds_up);
    tcase_add_test(tcase, bounds_lists);
    suite_add_tcase(suite, tcase);
    return suite;
}
