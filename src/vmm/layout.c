/* Who may touch which page of guest memory: the VMM's own pages, by name. */
#include "vmm/layout.h"

#include <stdio.h>

#include "guest/abi.h"

#define RW  (LAYOUT_MAPPED | LAYOUT_WRITE)
#define RW3 (LAYOUT_MAPPED | LAYOUT_WRITE | LAYOUT_USER)
#define RX3 (LAYOUT_MAPPED | LAYOUT_EXECUTE | LAYOUT_USER)

#define STATIC (1 << ENGINE_STATIC)

/* clang-format off */
#define AT(place) {ABI_BASE + (place)}

const struct layout_region layout_regions[] = {
    {"the page tables", AT(ABI_PAGE_TABLES), {ABI_PAGE_TABLES}, 4 * ABI_PAGE, 0, 0, 0},
    {"the GDT, TSS and IDT", AT(ABI_SYSTEM_PAGE), {ABI_SYSTEM_PAGE}, ABI_PAGE, RW, 0, 0},
    {"the ring-0 stack", AT(ABI_RING0_STACK), {ABI_RING0_STACK}, ABI_PAGE, RW, 0, 0},
    {"the job page", AT(ABI_JOB_PAGE), {ABI_JOB_PAGE}, ABI_PAGE, RW3, 0, 0},
    {"the ring-3 stack", AT(ABI_RING3_STACK), {ABI_RING3_STACK},
     ABI_RING3_STACK_PAGES * ABI_PAGE, RW3, 0, 0},
    {"the static translation", AT(ABI_STATIC), {ABI_STATIC}, ABI_STATIC_SIZE, RX3, STATIC, 0},
    {"the code cache", AT(ABI_CACHE), {ABI_CACHE}, ABI_CACHE_SIZE, RW3,
     LAYOUT_CACHE_ENGINES, 0},
    {"the code cache for execution", AT(ABI_CACHE_EXEC), {ABI_CACHE}, ABI_CACHE_SIZE, RX3,
     LAYOUT_CACHE_ENGINES, 0},
    {"the ring of jobs", AT(ABI_RING), {ABI_RING}, ABI_RING_SIZE, RW3, 0, 1 << TRANSPORT_RING},
};
/* clang-format on */

const size_t layout_region_count = sizeof(layout_regions) / sizeof(layout_regions[0]);

bool layout_is_used(const struct layout_region *region, enum transport transport,
                    enum engine engine)
{
    return (!region->engines || region->engines >> engine & 1) &&
           (!region->transports || region->transports >> transport & 1);
}

const char *layout_flags_text(unsigned flags, char *out, size_t size)
{
    if (!(flags & LAYOUT_MAPPED))
        snprintf(out, size, "not mapped");
    else
        snprintf(out, size, "r%c%c for ring %c", flags & LAYOUT_WRITE ? 'w' : '-',
                 flags & LAYOUT_EXECUTE ? 'x' : '-', flags & LAYOUT_USER ? '3' : '0');
    return out;
}
