/* One sample of a probe: the guest executes its instructions count times, and what that costs. */
#ifndef ATLAS_SAMPLE_H
#define ATLAS_SAMPLE_H

#include "atlas/probe.h"

enum sample_end {
    SAMPLE_DOORBELL, /* the guest came through */
    SAMPLE_EXIT,     /* ended by an exit: the first one of ATLAS_FRESH, or one of no return */
    SAMPLE_HUNG,     /* the time limit ended it */
    SAMPLE_FAILED,   /* KVM_RUN returned an error */
};

struct sample {
    enum sample_end end;
    int code;         /* SAMPLE_FAILED: errno */
    bool in_handler;  /* SAMPLE_EXIT: a debug exit in the guest's handler, not in its code */
    bool interrupted; /* SAMPLE_EXIT: by a signal, not by an exit_reason */
    uint64_t exits;   /* to user space, the doorbell not counted */
    uint32_t reason;  /* the last such exit's, or RECORD_INTERRUPTED */
    char detail[160]; /* what it brought with it, "" for nothing */
    uint64_t ns;      /* host's clock, over the last KVM_RUN: if fresh or ended by an exit */
    uint64_t cycles;  /* guest's TSC over all iterations: SAMPLE_DOORBELL, not fresh */
};

/* Takes a sample of count iterations; fresh is as ATLAS_FRESH says, otherwise the guest must be
 * at its beginning, where probe_boot() and a SAMPLE_DOORBELL leave it. The observer, unless NULL,
 * hears of every exit. Returns 0, or -errno with text and status if the guest cannot be booted. */
int sample_take(struct atlas_probe *probe, bool fresh, uint64_t count,
                const struct observer *observer, struct sample *sample, struct error *error);

#endif
