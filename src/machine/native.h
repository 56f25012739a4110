/* The native backend: the guest's engines, the very same machine code, called in this process. */
#ifndef MACHINE_NATIVE_H
#define MACHINE_NATIVE_H

#include <stddef.h>

#include "base/error.h"
#include "guest/abi.h"
#include "vmm/image.h"

/* Addresses at which something is mapped: every ring-3 segment, the code cache, twice, and the
 * static translation. */
#define NATIVE_MAPPINGS (IMAGE_SEGMENTS + 3)

/* The ring-3 pages of the guest, at the very addresses that they have there. */
struct native {
    struct image image;
    size_t count;
    struct native_mapping {
        void *address;
        size_t size;
    } mappings[NATIVE_MAPPINGS];
    void *statics; /* the static translation once more, writable, ABI_STATIC_SIZE bytes */
};

/* Maps the embedded image and the pages that engines need besides. Its address is
 * fixed, so that all who open it in one process share it. On error returns
 * -errno with text and status (71 where the address is taken) and nothing stays mapped; otherwise
 * native_close() unmaps it. */
int native_open(struct native *native, struct error *error);

/* Calls the engine: engine_run's contract; *counters is what it has counted meanwhile. */
enum stop native_run(const struct native *native, enum engine engine, struct baby *m,
                     uint64_t budget, struct abi_counters *counters);

void native_close(struct native *native);

#endif
