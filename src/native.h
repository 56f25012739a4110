/* The native backend: the guest's engines, the very same machine code, called in this process. */
#ifndef NATIVE_H
#define NATIVE_H

#include <stddef.h>

#include "error.h"
#include "guest/abi.h"
#include "vmm/image.h"

/* The ring-3 segments of the embedded image, mapped at the address they are linked for. */
struct native {
    struct image image;
    size_t mapped; /* ring-3 segments mapped so far, in the image's order */
};

/* Maps the embedded image. One at a time. On error returns -errno with text and status (71 where
 * the address is taken) and nothing stays mapped; otherwise native_close() unmaps it. */
int native_open(struct native *native, struct error *error);

/* Calls the engine: engine_run's contract; *counters is what it has counted meanwhile. */
enum stop native_run(const struct native *native, enum engine engine, struct baby *m,
                     uint64_t budget, struct abi_counters *counters);

void native_close(struct native *native);

#endif
