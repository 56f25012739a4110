/* The native backend: the guest's engines, the very same machine code, called in this process. */
#ifndef MACHINE_NATIVE_H
#define MACHINE_NATIVE_H

#include "base/error.h"
#include "guest/abi.h"

/* Maps the ring-3 pages of the embedded image at the very addresses that they have in the guest,
 * and of the pages that are executable beyond those what this engine needs: the code cache for
 * `dynamic`, twice, writable at one address and executable at another; the translation for
 * `static`, executable, and writable for native_prepare(). The addresses are fixed, so that all who
 * open it in one process share it. On error returns -errno with text and status (71 where an
 * address is taken) and maps nothing; otherwise native_close() unmaps it with the last of its
 * users. */
int native_open(enum engine engine, struct error *error);

/* Translates the program for engine `static`; for those who opened it with that engine. */
void native_prepare(const struct baby *start);

/* Drops the writable mapping of what `static` has translated, for as long as native_open() is in
 * force: native_prepare() does nothing from then on. */
void native_seal(void);

/* Calls the engine: engine_run's contract; *counters is what it has counted meanwhile. Returns 0,
 * or -ETIME when the time limit ended it: then *m, *stop and *counters are undefined, and the
 * engines as new. */
int native_run(enum engine engine, struct baby *m, uint64_t budget, enum stop *stop,
               struct abi_counters *counters);

void native_close(void);

#endif
