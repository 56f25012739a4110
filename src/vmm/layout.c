/* Who may touch which page of guest memory: the VMM's own pages, by name. */
#include "vmm/layout.h"

#include <stdio.h>

#include "guest/abi.h"

#define RW  (LAYOUT_MAPPED | LAYOUT_WRITE)
#define RW3 (LAYOUT_MAPPED | LAYOUT_WRITE | LAYOUT_USER)
#define RX3 (LAYOUT_MAPPED | LAYOUT_EXECUTE | LAYOUT_USER)

#define REGION(name, at, size, flags) name, {ABI_BASE + (at)}, {at}, size, flags

const struct layout_region layout_regions[] = {
    {REGION("the page tables", ABI_PAGE_TABLES, 4 * ABI_PAGE, 0), 0, 0},
    {REGION("the GDT, TSS and IDT", ABI_SYSTEM_PAGE, ABI_PAGE, RW), 0, 0},
    {REGION("the ring-0 stack", ABI_RING0_STACK, ABI_PAGE, RW), 0, 0},
    {REGION("the job page", ABI_JOB_PAGE, ABI_PAGE, RW3), 0, 0},
    {REGION("the ring-3 stack", ABI_RING3_STACK, ABI_RING3_STACK_PAGES *ABI_PAGE, RW3), 0, 0},
    {REGION("the static translation", ABI_STATIC, ABI_STATIC_SIZE, RX3), 1 << ENGINE_STATIC, 0},
    {REGION("the code cache", ABI_CACHE, ABI_CACHE_SIZE, RW3), 1 << ENGINE_DYNAMIC, 0},
    {"the code cache for execution",
     {ABI_BASE + ABI_CACHE_EXEC},
     {ABI_CACHE},
     ABI_CACHE_SIZE,
     RX3,
     1 << ENGINE_DYNAMIC,
     0},
    {REGION("the ring of jobs", ABI_RING, ABI_RING_SIZE, RW3), 0, 1 << TRANSPORT_RING},
};

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
