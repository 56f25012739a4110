/* Who may touch which page of guest memory: the VMM's own pages, by name. */
#ifndef VMM_LAYOUT_H
#define VMM_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guest/abi.h"
#include "vmm/address.h"

/* Permissions of a guest page; readable is what a mapped page always is. */
enum {
    LAYOUT_MAPPED = 1,
    LAYOUT_WRITE = 2,
    LAYOUT_EXECUTE = 4,
    LAYOUT_USER = 8, /* for ring 3 too */
};

/* The engines that write translations, a bit each. */
#define LAYOUT_CACHE_ENGINES (1u << ENGINE_DYNAMIC | 1u << ENGINE_LEAP)

/* Pages at gva, which show the memory at gpa. */
struct layout_region {
    const char *name;
    struct gva gva;
    struct gpa gpa;
    uint32_t size;
    unsigned flags;
    uint32_t engines;    /* the ones that use it, a bit each; 0: any */
    uint32_t transports; /* likewise */
};

/* All that lies outside of the image's range. What no region covers there is a guard page. */
extern const struct layout_region layout_regions[];
extern const size_t layout_region_count;

/* Whether a VM with this transport and engine uses the region: its pages are pre-faulted then, and
 * appear when touched otherwise. */
bool layout_is_used(const struct layout_region *region, enum transport transport,
                    enum engine engine);

/* Writes permissions as "rwx for ring 3" or "not mapped" into out and returns it. */
const char *layout_flags_text(unsigned flags, char *out, size_t size);

#endif
