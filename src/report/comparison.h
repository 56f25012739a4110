/* What `compare` measured: a table for people, JSON for programs. */
#ifndef REPORT_COMPARISON_H
#define REPORT_COMPARISON_H

#include <stdio.h>

#include "measure/measure.h"
#include "measure/qemu.h"

/* One engine on one program, on both backends and, where asked for, under QEMU. */
struct comparison_row {
    enum engine engine;
    struct measure_figure figures[BACKEND_COUNT];
    struct qemu_figure qemu;
};

/* Full emulation as the third column. */
struct comparison_qemu {
    bool asked;
    bool measured;
    char version[64]; /* of QEMU, if measured */
    char reason[256]; /* why it was not, if asked for */
};

/* One program on every engine. */
struct comparison {
    const char *program;
    const char *host; /* kind of KVM */
    uint64_t limit;   /* of the longest runs */
    bool is_capped;   /* below the limit asked for, which takes too long */
    bool has_kvm;     /* otherwise only BACKEND_NATIVE was measured */
    char reason[256]; /* why not */
    struct comparison_qemu qemu;
    /* First the rows that have rates; after them those of engines that leap over turns of loops in
     * this program, whose times are no rates. */
    size_t count, leaping;
    struct comparison_row rows[ENGINE_COUNT];
};

/* One program as many short jobs, over each transport into the guest. */
struct comparison_transports {
    const char *program;
    const char *host;
    enum engine engine;
    struct measure_figure figures[TRANSPORT_COUNT];
};

/* Rate of the row over the rate of dispatch, native; 0 if dispatch was not measured. */
double comparison_ratio(const struct comparison *comparison, const struct comparison_row *row,
                        enum backend backend);

/* Popek and Goldberg's efficiency: what an instruction costs natively over what it costs in the
 * guest, with its interval. False, and nothing, without KVM or where a program is too short. */
bool comparison_efficiency(const struct comparison *comparison, const struct comparison_row *row,
                           struct fit_interval *efficiency);

/* What a run costs more in the guest than natively, in seconds. False likewise. */
bool comparison_crossing(const struct comparison *comparison, const struct comparison_row *row,
                         struct fit_interval *crossing);

/* Rate under full emulation over the rate on the backend; 0 if one of them was not measured. */
double comparison_emulation(const struct comparison *comparison, const struct comparison_row *row,
                            enum backend backend);

/* Jobs a second, of one figure of the transports; 0 if it was not measured. */
double comparison_jobs_per_second(const struct measure_figure *figure);

void comparison_text(FILE *out, const struct comparison *comparison);

/* Prints babyvisor/compare/1. Returns 0, or -ENOMEM with text and status. */
int comparison_json(FILE *out, const struct comparison *list, size_t count, struct error *error);

/* Prints every sample: a head, then program, engine, backend, instructions, runs, seconds a run. */
void comparison_csv(FILE *out, const struct comparison *list, size_t count);

void comparison_transports_text(FILE *out, const struct comparison_transports *comparison);

/* Prints babyvisor/transports/1. Returns 0, or -ENOMEM with text and status. */
int comparison_transports_json(FILE *out, const struct comparison_transports *comparison,
                               struct error *error);

#endif
