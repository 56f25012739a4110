/* Who may touch which page of guest memory: the VMM's own pages, by name. */
#include "vmm/layout.h"

#include <stdio.h>

#include "guest/abi.h"

#define RW  (LAYOUT_MAPPED | LAYOUT_WRITE)
#define RW3 (LAYOUT_MAPPED | LAYOUT_WRITE | LAYOUT_USER)
#define RX3 (LAYOUT_MAPPED | LAYOUT_EXECUTE | LAYOUT_USER)

#define REGION(name, at, size, flags, use)                                                         \
    {                                                                                              \
        name, at, at, size, flags, use                                                             \
    }

const struct layout_region layout_regions[] = {
    REGION("the page tables", ABI_PAGE_TABLES, 4 * ABI_PAGE, 0, LAYOUT_FOR_ALL),
    REGION("the GDT, TSS and IDT", ABI_SYSTEM_PAGE, ABI_PAGE, RW, LAYOUT_FOR_ALL),
    REGION("the ring-0 stack", ABI_RING0_STACK, ABI_PAGE, RW, LAYOUT_FOR_ALL),
    REGION("the job page", ABI_JOB_PAGE, ABI_PAGE, RW3, LAYOUT_FOR_ALL),
    REGION("the ring-3 stack", ABI_RING3_STACK, ABI_RING3_STACK_PAGES *ABI_PAGE, RW3,
           LAYOUT_FOR_ALL),
    REGION("the static translation", ABI_STATIC, ABI_STATIC_SIZE, RX3, LAYOUT_FOR_STATIC),
    REGION("the code cache", ABI_CACHE, ABI_CACHE_SIZE, RW3, LAYOUT_FOR_DYNAMIC),
    {"the code cache for execution", ABI_CACHE_EXEC, ABI_CACHE, ABI_CACHE_SIZE, RX3,
     LAYOUT_FOR_DYNAMIC},
    REGION("the ring of jobs", ABI_RING, ABI_RING_SIZE, RW3, LAYOUT_FOR_RING),
};

const size_t layout_region_count = sizeof(layout_regions) / sizeof(layout_regions[0]);

const char *layout_flags_text(unsigned flags, char *out, size_t size)
{
    if (!(flags & LAYOUT_MAPPED))
        snprintf(out, size, "not mapped");
    else
        snprintf(out, size, "r%c%c for ring %c", flags & LAYOUT_WRITE ? 'w' : '-',
                 flags & LAYOUT_EXECUTE ? 'x' : '-', flags & LAYOUT_USER ? '3' : '0');
    return out;
}
