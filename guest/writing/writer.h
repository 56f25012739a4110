/* What the guest is told that also writes memory: how often. */
#ifndef GUEST_WRITING_WRITER_H
#define GUEST_WRITING_WRITER_H

#include "guest/abi.h"

/* At the beginning of the ring of jobs, which transport `ring` alone uses otherwise; the pages that
 * are written in turn come after it. */
#define WRITER       ABI_RING
#define WRITER_PAGES 192

struct writer {
    uint64_t interval; /* of the time-stamp counter, from page to page; 0: nothing is written */
    uint64_t due;      /* when the next one is, 0 at first */
    uint64_t written;  /* pages so far */
};

_Static_assert((WRITER_PAGES + 1) * ABI_PAGE <= ABI_RING_SIZE, "the pages of the writing guest");

#endif
