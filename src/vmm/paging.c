/* Builds the guest's four-level page tables inside guest memory (SDM vol. 3, 4.5). */
#include "vmm/paging.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "guest/abi.h"
#include "vmm/layout.h"

#define UPPER (PAGING_PRESENT | PAGING_WRITE | PAGING_USER | PAGING_ACCESSED)

enum level { PML4, PDPT, PD, PT };

_Static_assert(ABI_BASE % PAGING_SPAN == 0, "one page table maps all");

static size_t entry_offset(enum level level, struct gva gva)
{
    unsigned shift = 39 - 9 * (unsigned)level;

    return ABI_PAGE_TABLES + (size_t)level * ABI_PAGE + (gva.at >> shift & 511) * 8;
}

static uint64_t entry_get(const uint8_t *memory, enum level level, struct gva gva)
{
    uint64_t entry;

    memcpy(&entry, memory + entry_offset(level, gva), sizeof(entry));
    return entry;
}

static void entry_set(uint8_t *memory, enum level level, struct gva gva, uint64_t entry)
{
    memcpy(memory + entry_offset(level, gva), &entry, sizeof(entry));
}

static bool in_span(struct gva gva, uint64_t size)
{
    return gva.at >= ABI_BASE && size <= PAGING_SPAN && gpa_of(gva).at <= PAGING_SPAN - size;
}

void paging_init(uint8_t *memory)
{
    for (enum level level = PML4; level < PT; level++)
        entry_set(memory, level, gva_at(ABI_BASE),
                  (ABI_PAGE_TABLES + ((uint64_t)level + 1) * ABI_PAGE) | UPPER);
}

int paging_map(uint8_t *memory, struct gva gva, struct gpa gpa, uint64_t size, unsigned flags)
{
    if (size > ABI_MEMORY_SIZE || gva.at % ABI_PAGE || gpa.at % ABI_PAGE)
        return -EINVAL;
    size = (size + ABI_PAGE - 1) / ABI_PAGE * ABI_PAGE;
    if (!in_span(gva, size) || size > ABI_MEMORY_SIZE || gpa.at > ABI_MEMORY_SIZE - size)
        return -EINVAL;
    if ((flags & LAYOUT_WRITE) && (flags & LAYOUT_EXECUTE))
        return -EINVAL;

    uint64_t bits = PAGING_PRESENT | PAGING_ACCESSED;

    if (flags & LAYOUT_WRITE)
        bits |= PAGING_WRITE | PAGING_DIRTY;
    if (flags & LAYOUT_USER)
        bits |= PAGING_USER;
    if (!(flags & LAYOUT_EXECUTE))
        bits |= PAGING_NX;
    for (uint64_t at = 0; at < size; at += ABI_PAGE)
        if (entry_get(memory, PT, gva_at(gva.at + at)))
            return -EEXIST;
    for (uint64_t at = 0; at < size; at += ABI_PAGE)
        entry_set(memory, PT, gva_at(gva.at + at), (gpa.at + at) | bits);
    return 0;
}

unsigned paging_flags(const uint8_t *memory, struct gva gva)
{
    uint64_t entry = in_span(gva, 1) ? entry_get(memory, PT, gva) : 0;
    unsigned flags = 0;

    if (!(entry & PAGING_PRESENT))
        return 0;
    flags = LAYOUT_MAPPED;
    if (entry & PAGING_WRITE)
        flags |= LAYOUT_WRITE;
    if (entry & PAGING_USER)
        flags |= LAYOUT_USER;
    if (!(entry & PAGING_NX))
        flags |= LAYOUT_EXECUTE;
    return flags;
}
