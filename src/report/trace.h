/* Writes every exit and every job of a run to a file, as JSON lines or for a trace viewer. */
#ifndef REPORT_TRACE_H
#define REPORT_TRACE_H

#include <stdbool.h>

#include "base/output.h"
#include "machine/config.h"
#include "vmm/guest.h"

#define TRACE_MACHINES 16

/* A trace being written, or none: then path is NULL. It stays where it is while machines run. */
struct trace {
    const char *path;
    struct trace_machine {
        struct trace *trace;
        unsigned number; /* from 1 */
        struct observer observer;
    } machines[TRACE_MACHINES];
    size_t machine_count;
    struct output output;
    bool chrome; /* Chrome's trace-event format, otherwise JSON lines */
    uint64_t started;
    uint64_t exits;
    uint64_t jobs;
    uint64_t cost_ns; /* spent on writing, measured */
};

/* Begins a trace in path, none for NULL. A name that ends in ".json" is given Chrome's trace-event
 * format (Perfetto opens it), in which each machine is a process with a track for the guest, one
 * for the VMM and one for jobs; any other gets one JSON object per line. Returns 0, or -errno with
 * text and status 74 or 77. */
int trace_begin(struct trace *trace, const char *path, struct error *error);

/* What machine_observe() wants for one machine more, of that configuration, which is its name in
 * the trace; NULL for the atlas, whose guests run in one machine after the other. Returns NULL
 * without a trace, or where there are no exits. */
const struct observer *trace_observer(struct trace *trace, const struct machine_config *config);

/* Completes the file, puts it in place, and prints to out (unless NULL) what tracing has cost.
 * result is how the run went and is returned if negative: the trace of a run that failed is also
 * kept. Otherwise returns 0, or -errno with text and status 74 and no file left behind. */
int trace_end(struct trace *trace, int result, FILE *out, struct error *error);

#endif
