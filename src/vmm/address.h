/* Addresses of the guest: physical and virtual ones are different types, so that the compiler
 * notices where one stands for the other. */
#ifndef VMM_ADDRESS_H
#define VMM_ADDRESS_H

#include <stdint.h>

#include "guest/abi.h"

/* An offset in guest memory. */
struct gpa {
    uint64_t at;
};

/* Where the guest sees it. */
struct gva {
    uint64_t at;
};

static inline struct gpa gpa_at(uint64_t at)
{
    return (struct gpa){at};
}

static inline struct gva gva_at(uint64_t at)
{
    return (struct gva){at};
}

/* Where the guest sees a page that is mapped at its own place, and the other way round (abi.h). */
static inline struct gva gva_of(struct gpa gpa)
{
    return gva_at(ABI_BASE + gpa.at);
}

static inline struct gpa gpa_of(struct gva gva)
{
    return gpa_at(gva.at - ABI_BASE);
}

#endif
