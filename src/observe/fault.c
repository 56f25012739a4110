/* Says in words what a guest's fault was: which page, which permission, which function. */
#include "observe/fault.h"

#include <errno.h>
#include <stdio.h>

#include "vmm/layout.h"
#include "vmm/paging.h"

#define VECTOR_GP 13
#define VECTOR_PF 14

/* Bits of a page fault's error code: SDM vol. 3, figure 4-12. */
#define PF_WRITE    2u
#define PF_RESERVED 8u
#define PF_FETCH    16u

/* Names of the exceptions: SDM vol. 3, table 6-1. */
static const char *const vectors[ABI_VECTORS] = {
    "#DE divide error",
    "#DB debug",
    "non-maskable interrupt",
    "#BP breakpoint",
    "#OF overflow",
    "#BR bound range exceeded",
    "#UD invalid opcode",
    "#NM no coprocessor",
    "#DF double fault",
    "coprocessor segment overrun",
    "#TS invalid TSS",
    "#NP segment not present",
    "#SS stack fault",
    "#GP general protection",
    "#PF page fault",
    NULL,
    "#MF floating-point error",
    "#AC alignment check",
    "#MC machine check",
    "#XM SIMD floating-point error",
    "#VE virtualization exception",
    "#CP control protection",
};

static void describe_image_page(const struct image *image, uint64_t page, char *out, size_t size)
{
    for (size_t i = 0; i < image->segment_count; i++) {
        const struct image_segment *segment = &image->segments[i];

        if (page < segment->address + segment->size && segment->address < page + ABI_PAGE) {
            snprintf(out, size, "segment %u of the image", segment->index);
            return;
        }
    }
    snprintf(out, size, "a part of the image's range with no segment");
}

/* Which page of the layout gva lies in. */
static void describe_page(const struct image *image, uint64_t gva, char *out, size_t size)
{
    const uint64_t page = gva / ABI_PAGE * ABI_PAGE;
    const uint64_t offset = page - ABI_BASE;

    if (offset >= ABI_IMAGE && offset < ABI_IMAGE_END) {
        describe_image_page(image, page, out, size);
        return;
    }
    for (size_t i = 0; i < layout_region_count; i++) {
        const struct layout_region *region = &layout_regions[i];

        const uint64_t at = gpa_of(region->gva).at;

        if (offset >= at && offset < at + region->size) {
            snprintf(out, size, "in %s", region->name);
            return;
        }
        if (at && offset + ABI_PAGE == at) {
            snprintf(out, size, "in the guard page below %s", region->name);
            return;
        }
    }
    snprintf(out, size,
             offset < ABI_MEMORY_SIZE ? "in a guard page" : "outside of the guest's memory");
}

static void describe_page_fault(const struct image *image, const uint8_t *memory,
                                const struct abi_fault *fault, char *out, size_t size)
{
    const char *act = fault->error_code & PF_FETCH   ? "executed"
                      : fault->error_code & PF_WRITE ? "wrote"
                                                     : "read";
    char page[80], flags[24];

    describe_page(image, fault->cr2, page, sizeof(page));
    layout_flags_text(paging_flags(memory, gva_at(fault->cr2)), flags, sizeof(flags));
    snprintf(out, size, "%s 0x%llx, %s, which is %s%s", act, (unsigned long long)fault->cr2, page,
             flags, fault->error_code & PF_RESERVED ? " (reserved bit set in a table)" : "");
}

/* Where rip is, as "function+0x12", or by page where no symbol says it. */
static void describe_place(const struct image *image, uint64_t rip, char *out, size_t size)
{
    uint64_t offset;
    char name[96];

    image_symbol(image, rip, name, sizeof(name), &offset);
    if (name[0])
        snprintf(out, size, "%s+0x%llx", name, (unsigned long long)offset);
    else
        describe_page(image, rip, out, size);
}

int fault_describe(const struct image *image, const uint8_t *memory, const struct abi_fault *fault,
                   struct error *error)
{
    const char *name = fault->vector < ABI_VECTORS ? vectors[fault->vector] : NULL;
    const unsigned ring = fault->cs & 3;
    char place[128], what[200];

    describe_place(image, fault->rip, place, sizeof(place));
    if (fault->vector == VECTOR_PF)
        describe_page_fault(image, memory, fault, what, sizeof(what));
    else if (fault->vector == VECTOR_GP && fault->error_code == 0)
        snprintf(
            what, sizeof(what),
            "executed an instruction that is not allowed there (privileged, a port that is not "
            "its own, or a bad address)");
    else
        snprintf(what, sizeof(what), "failed with error code 0x%llx",
                 (unsigned long long)fault->error_code);
    return error_set(error, STATUS_GUEST, EFAULT,
                     "guest fault: %s: ring %u %s; rip 0x%llx (%s), rsp 0x%llx",
                     name ? name : "reserved vector", ring, what, (unsigned long long)fault->rip,
                     place, (unsigned long long)fault->rsp);
}

const char *fault_mnemonic(uint64_t vector, char out[FAULT_MNEMONIC])
{
    const char *name = vector < ABI_VECTORS ? vectors[vector] : NULL;

    if (name && name[0] == '#')
        snprintf(out, FAULT_MNEMONIC, "%.3s", name);
    else
        snprintf(out, FAULT_MNEMONIC, "vector %llu", (unsigned long long)vector);
    return out;
}
