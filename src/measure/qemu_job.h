/* The job as a PVH loader takes it: the initial RAM disk of guest/pvh.h. */
#ifndef MEASURE_QEMU_JOB_H
#define MEASURE_QEMU_JOB_H

#include <stddef.h>

#include "guest/pvh.h"

/* Makes the job of running start with the engine for at most limit instructions; for `static` it is
 * translated here, as machine_prepare() does. Returns how many bytes of *module the loader is to
 * have. */
size_t qemu_job(struct pvh_module *module, const struct baby *start, enum engine engine,
                uint64_t limit);

#endif
