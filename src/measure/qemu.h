/* QEMU as a peer: boots the same guest image under full emulation, and is measured with it. */
#ifndef MEASURE_QEMU_H
#define MEASURE_QEMU_H

#include <limits.h>

#include "base/error.h"
#include "guest/abi.h"
#include "measure/measure.h"

struct qemu {
    int image;        /* a memfd with the embedded guest image */
    char version[64]; /* "7.2.22"; escaped */
    char path[PATH_MAX];
};

/* What an engine under full emulation came to. Of figure, exits and what the engine counts stay 0,
 * and seconds are between the guest's first line and its second, as seen here. */
struct qemu_figure {
    struct measure_figure figure;
    double startup; /* seconds from the fork to the guest's first line, median */
};

/* Looks for qemu-system-x86_64 in PATH and asks its version. On error returns -errno with text and
 * status, -ENOENT where it is not installed, and there is nothing to close. */
int qemu_open(struct qemu *qemu, struct error *error);

/* Boots the image for each sample, with as many runs in it as take some 100 ms, and checks what it
 * reports as the VMM checks a result. seconds is the time limit of each boot. Not in the sandbox.
 * Returns 0, or -errno with text and status: 124 for the time limit, 80 for a broken report, 71 if
 * QEMU failed. */
int qemu_measure(const struct qemu *qemu, const struct baby *start, enum engine engine,
                 uint64_t limit, double seconds, struct qemu_figure *figure, struct error *error);

/* Whether both ended alike: stop, count and state. Returns 0, or -EPROTO with text and status 70.
 */
int qemu_check(const struct qemu_figure *figure, enum engine engine,
               const struct measure_figure *reference, struct error *error);

void qemu_close(struct qemu *qemu);

#endif
