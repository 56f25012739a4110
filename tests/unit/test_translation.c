/* What is read of translated code: a hostile guest may have written any of it. */
#include <stdlib.h>
#include <string.h>

#include "machine/static_translate.h"
#include "measure/translation.h"
#include "report/json.h"
#include "report/translation.h"
#include "suites.h"

#define ADDRESS (ABI_BASE + ABI_CACHE_EXEC)

static struct translation translation;
static struct error error;
static uint8_t *area;

/* The 1948 program, as `static` translates it. */
static void make_area(void)
{
    struct baby start = {.a = 0};

    area = calloc(1, ABI_STATIC_SIZE);
    for (unsigned i = 0; i < ABI_LINES; i++)
        start.store[i] = i % 8 << 13 | (i + 7) % ABI_LINES;
    static_translate((struct abi_translation *)(void *)area, &start);
}

static void free_area(void)
{
    free(area);
}

static struct abi_translation *made(void)
{
    return (struct abi_translation *)(void *)area;
}

/* Prints the translation, both ways, to nowhere. */
static void report(enum engine engine)
{
    const struct translation_report report = {
        .program = "program",
        .engine = engine,
        .backend = BACKEND_KVM,
        .translation = &translation,
    };
    FILE *out = fopen("/dev/null", "w");

    json_begin();
    translation_text(out, &report);
    ck_assert_int_eq(translation_json(out, &report, &error), 0);
    fclose(out);
}

START_TEST(reads_what_was_made)
{
    ck_assert_int_eq(translation_read(&translation, area, ADDRESS, &error), 0);
    ck_assert_uint_eq(translation.made.translated, made()->translated);
    ck_assert_mem_eq(translation.code, area, AREA_SIZE);
    report(ENGINE_STATIC);
}
END_TEST

static void no_instructions(struct abi_block *block)
{
    block->count = 0;
}

static void many_instructions(struct abi_block *block)
{
    block->count = ABI_BLOCK + 1;
}

static void far_line(struct abi_block *block)
{
    block->line[block->count - 1] = ABI_LINES;
}

static void more_bytes_than_a_slot(struct abi_block *block)
{
    block->bytes = AREA_SLOT + 1;
}

static void parts_beyond_its_bytes(struct abi_block *block)
{
    block->bytes = block->entry;
    block->size[0] = 1;
}

static void (*const breaks[])(struct abi_block *block) = {
    no_instructions, many_instructions, far_line, more_bytes_than_a_slot, parts_beyond_its_bytes,
};

START_TEST(refuses)
{
    const unsigned line = (unsigned)__builtin_ctz(made()->translated);

    breaks[_i](&made()->blocks[line]);
    ck_assert_int_lt(translation_read(&translation, area, ADDRESS, &error), 0);
    ck_assert_int_eq(error.status, STATUS_GUEST);
    made()->translated &= made()->translated - 1;
    ck_assert_int_eq(translation_read(&translation, area, ADDRESS, &error), 0);
}
END_TEST

/* What is not refused can be reported, whatever it is. */
START_TEST(reports_anything)
{
    uint64_t seed = 1948;
    unsigned reported = 0;

    for (int i = 0; i < 40; i++) {
        for (size_t j = 0; j < AREA_SIZE; j++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            area[j] = (uint8_t)(seed >> 56);
        }
        for (unsigned line = 0; line < ABI_LINES; line++) {
            struct abi_block *block = &made()->blocks[line];

            block->count = (uint8_t)(1 + block->count % ABI_BLOCK);
            block->bytes %= AREA_SLOT + 1;
            for (unsigned k = 0; k < ABI_BLOCK; k++) {
                block->line[k] %= ABI_LINES;
                block->size[k] %= 8;
            }
            block->entry %= 32;
        }
        made()->translated &= made()->restless; /* fewer */
        if (translation_read(&translation, area, ADDRESS, &error) < 0)
            continue;
        reported++;
        report(i % 2 ? ENGINE_STATIC : ENGINE_DYNAMIC);
    }
    ck_assert_uint_gt(reported, 1);
}
END_TEST

Suite *suite_translation(void)
{
    Suite *suite = suite_create("translation");
    TCase *tests = tcase_create("translation");

    tcase_add_checked_fixture(tests, make_area, free_area);
    tcase_add_test(tests, reads_what_was_made);
    tcase_add_loop_test(tests, refuses, 0, sizeof(breaks) / sizeof(breaks[0]));
    tcase_add_test(tests, reports_anything);
    suite_add_tcase(suite, tests);
    return suite;
}
