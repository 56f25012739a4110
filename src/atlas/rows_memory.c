/* Rows of the atlas: the first touch of pages, which memory virtualization answers for. */
#include "atlas/rows.h"

#define TOUCH(label, what, memory, more)                                                           \
    .name = label, .group = ATLAS_MEMORY, .rings = ATLAS_RING_3, .guest = &atlas_guest_touch,      \
    .provokes = what,                                                                              \
    .story = "512 stores, a page apart; costs and rates are for one page. " more,                  \
    .operations = ATLAS_TARGET_SIZE / ABI_PAGE, .provision = &memory

const struct atlas_row rows_memory[] = {
    {
        TOUCH("touch-again", "store to pages in use", provision_memory,
              "Nothing is left to do: what the others are to be compared with."),
    },
    {
        TOUCH("touch-cold", "first store to 4 KiB pages that the host has to find", provision_cold,
              "The host has nothing there: each store faults, the host's kernel finds a page and "
              "KVM enters it into its tables. It is what over-commitment costs."),
        .flags = ATLAS_ONE_PASS,
    },
    {
        TOUCH("touch-prefaulted", "first store to 4 KiB pages that the host has",
              provision_prefaulted,
              "The VMM has touched the pages before, so KVM's own tables (nested or shadow) are "
              "all that is missing."),
        .flags = ATLAS_ONE_PASS,
    },
    {
        TOUCH("touch-huge-cold", "first store to a 2 MiB page that the host has to find",
              provision_huge_cold,
              "One page on both sides, where the host has one: then the first store pays for "
              "all."),
        .flags = ATLAS_ONE_PASS | ATLAS_LARGE_PAGE,
    },
    {
        TOUCH("touch-huge", "first store to a 2 MiB page that the host has", provision_huge,
              "As touch-huge-cold, but the VMM has touched the memory before."),
        .flags = ATLAS_ONE_PASS | ATLAS_LARGE_PAGE,
    },
    {
        TOUCH("dirty-log", "first store since the dirty log was fetched", provision_dirty_log,
              "KVM_MEM_LOG_DIRTY_PAGES: KVM has to notice the first store to every page, by "
              "write protection or by hardware's help. It is what live migration costs a guest."),
        .flags = ATLAS_ONE_PASS,
        .capability = "KVM_CAP_USER_MEMORY",
        .capability_number = KVM_CAP_USER_MEMORY,
    },
    {
        TOUCH("dirty-ring-full", "first stores, with a dirty ring too small for them",
              provision_dirty_ring,
              "Dirty pages are put into a ring that user space empties; KVM_EXIT_DIRTY_RING_FULL "
              "stops a guest that is faster. The smallest ring that this KVM takes is used."),
        .flags = ATLAS_ONE_PASS,
        .capability = "KVM_CAP_DIRTY_LOG_RING",
        .capability_number = KVM_CAP_DIRTY_LOG_RING,
    },
    {0},
};
