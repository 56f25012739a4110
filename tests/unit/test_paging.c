/* The page-table builder: permissions bit by bit, and what it refuses to map. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "guest/abi.h"
#include "suites.h"
#include "vmm/layout.h"
#include "vmm/paging.h"

#define R  LAYOUT_MAPPED
#define RW (LAYOUT_MAPPED | LAYOUT_WRITE)
#define RX (LAYOUT_MAPPED | LAYOUT_EXECUTE)
#define U  LAYOUT_USER

static uint8_t *memory;

static void make_memory(void)
{
    memory = calloc(1, ABI_MEMORY_SIZE);
    paging_init(memory);
}

static void free_memory(void)
{
    free(memory);
}

/* What the CPU would find: walks the four levels from CR3 and returns the last entry. */
static uint64_t walk(uint64_t gva)
{
    uint64_t entry = ABI_PAGE_TABLES;

    for (int shift = 39; shift >= 12; shift -= 9) {
        uint64_t table = entry & 0x000ffffffffff000ull;

        ck_assert_uint_lt(table, ABI_MEMORY_SIZE);
        memcpy(&entry, memory + table + (gva >> shift & 511) * 8, sizeof(entry));
        if (!(entry & PAGING_PRESENT))
            return 0;
        if (shift > 12)
            ck_assert_uint_eq(entry & (PAGING_WRITE | PAGING_USER | PAGING_NX),
                              PAGING_WRITE | PAGING_USER);
    }
    return entry;
}

static const struct {
    unsigned flags;
    uint64_t bits;
} kinds[] = {
    {R, PAGING_NX},
    {RW, PAGING_WRITE | PAGING_DIRTY | PAGING_NX},
    {RX, 0},
    {R | U, PAGING_USER | PAGING_NX},
    {RW | U, PAGING_USER | PAGING_WRITE | PAGING_DIRTY | PAGING_NX},
    {RX | U, PAGING_USER},
};

START_TEST(maps_each_kind)
{
    const uint64_t gva = ABI_BASE + 0x11000;

    ck_assert_int_eq(paging_map(memory, gva_at(gva), gpa_at(0x13000), 0x1001, kinds[_i].flags), 0);
    ck_assert_uint_eq(walk(gva), 0x13000 | PAGING_PRESENT | PAGING_ACCESSED | kinds[_i].bits);
    ck_assert_uint_eq(walk(gva + 0x1fff),
                      0x14000 | PAGING_PRESENT | PAGING_ACCESSED | kinds[_i].bits);
    ck_assert_uint_eq(walk(gva + 0x2000), 0);
    ck_assert_uint_eq(walk(gva - 1), 0);
    ck_assert_uint_eq(paging_flags(memory, gva_at(gva + 0x1fff)), kinds[_i].flags);
    ck_assert_uint_eq(paging_flags(memory, gva_at(gva + 0x2000)), 0);
    ck_assert_uint_eq(paging_flags(memory, gva_at(gva + PAGING_SPAN)), 0);
    ck_assert_uint_eq(paging_flags(memory, gva_at(gva - PAGING_SPAN)), 0);
}
END_TEST

static const struct {
    const char *what;
    uint64_t gva, gpa, size;
    unsigned flags;
    int result;
} refused[] = {
    {"writable and executable", ABI_BASE + 0x10000, 0x10000, 0x1000, RW | RX, -EINVAL},
    {"below the span", ABI_BASE - 0x1000, 0, 0x1000, R, -EINVAL},
    {"above the span", ABI_BASE + PAGING_SPAN, 0, 0x1000, R, -EINVAL},
    {"across the end of the span", ABI_BASE + PAGING_SPAN - 0x1000, 0, 0x2000, R, -EINVAL},
    {"gva misaligned", ABI_BASE + 0x10001, 0x10000, 0x1000, R, -EINVAL},
    {"gpa misaligned", ABI_BASE + 0x10000, 0x10008, 0x1000, R, -EINVAL},
    {"gpa above memory", ABI_BASE + 0x10000, ABI_MEMORY_SIZE, 0x1000, R, -EINVAL},
    {"gpa across the end", ABI_BASE + 0x10000, ABI_MEMORY_SIZE - 0x1000, 0x1001, R, -EINVAL},
    {"size that wraps", ABI_BASE + 0x10000, 0x10000, UINT64_MAX, R, -EINVAL},
    {"gva that wraps", UINT64_MAX - 0xfff, 0x10000, 0x2000, R, -EINVAL},
    {"mapped already", ABI_BASE + 0x1f000, 0x10000, 0x2000, R, -EEXIST},
};

START_TEST(refuses)
{
    static uint8_t before[ABI_MEMORY_SIZE];

    ck_assert_int_eq(paging_map(memory, gva_at(ABI_BASE + 0x20000), gpa_at(0x10000), 0x1000, R), 0);
    memcpy(before, memory, ABI_MEMORY_SIZE);
    ck_assert_msg(paging_map(memory, gva_at(refused[_i].gva), gpa_at(refused[_i].gpa),
                             refused[_i].size, refused[_i].flags) == refused[_i].result,
                  "%s", refused[_i].what);
    ck_assert_msg(memcmp(before, memory, ABI_MEMORY_SIZE) == 0, "%s: changed the tables",
                  refused[_i].what);
}
END_TEST

START_TEST(guards_the_stacks)
{
    for (size_t i = 0; i < layout_region_count; i++) {
        const struct layout_region *region = &layout_regions[i];

        for (size_t j = 0; j < layout_region_count; j++)
            if (i != j && (region->flags & LAYOUT_MAPPED))
                ck_assert_msg(layout_regions[j].gva.at + layout_regions[j].size != region->gva.at ||
                                  !(layout_regions[j].flags & LAYOUT_MAPPED),
                              "no guard page between %s and %s", layout_regions[j].name,
                              region->name);
        ck_assert(region->gva.at + region->size < ABI_BASE + ABI_IMAGE ||
                  region->gva.at > ABI_BASE + ABI_IMAGE_END);
    }
}
END_TEST

Suite *suite_paging(void)
{
    Suite *suite = suite_create("paging");
    TCase *tests = tcase_create("paging");

    tcase_add_checked_fixture(tests, make_memory, free_memory);
    tcase_add_loop_test(tests, maps_each_kind, 0, sizeof(kinds) / sizeof(kinds[0]));
    tcase_add_loop_test(tests, refuses, 0, sizeof(refused) / sizeof(refused[0]));
    tcase_add_test(tests, guards_the_stacks);
    suite_add_tcase(suite, tests);
    return suite;
}
