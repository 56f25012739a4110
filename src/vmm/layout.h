/* Who may touch which page of guest memory: the VMM's own pages, by name. */
#ifndef VMM_LAYOUT_H
#define VMM_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

/* Permissions of a guest page; readable is what a mapped page always is. */
enum {
    LAYOUT_MAPPED = 1,
    LAYOUT_WRITE = 2,
    LAYOUT_EXECUTE = 4,
    LAYOUT_USER = 8, /* for ring 3 too */
};

/* Who uses a region; its pages are pre-faulted for those alone, and appear when touched otherwise.
 */
enum layout_use {
    LAYOUT_FOR_ALL,
    LAYOUT_FOR_RING,    /* the transport */
    LAYOUT_FOR_STATIC,  /* the engine */
    LAYOUT_FOR_DYNAMIC, /* the engine */
};

/* Pages at ABI_BASE + offset, which show the memory at gpa. */
struct layout_region {
    const char *name;
    uint32_t offset;
    uint32_t gpa;
    uint32_t size;
    unsigned flags;
    enum layout_use use;
};

/* All that lies outside of the image's range. What no region covers there is a guard page. */
extern const struct layout_region layout_regions[];
extern const size_t layout_region_count;

/* Writes permissions as "rwx for ring 3" or "not mapped" into out and returns it. */
const char *layout_flags_text(unsigned flags, char *out, size_t size);

#endif
