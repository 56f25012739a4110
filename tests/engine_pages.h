/* The pages that engines need besides the image's segments, mapped in this process. */
#ifndef ENGINE_PAGES_H
#define ENGINE_PAGES_H

#include "guest/abi.h"

/* Maps, at the addresses that the guest sees, the code cache of `dynamic` (twice: rw- and r-x) and
 * the pages of `static` (r-x). Ends the process with a message on standard error if that fails. */
void engine_pages_map(void);

/* The pages of `static`, ABI_STATIC_SIZE bytes, writable, at another address. */
void *engine_pages_static(void);

#endif
