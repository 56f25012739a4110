/* One exit as it happened: when, why, and with what detail. */
#ifndef VMM_RECORD_H
#define VMM_RECORD_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_INTERRUPTED UINT32_MAX /* in place of a reason: KVM_RUN ended by a signal */

/* Times are nanoseconds of CLOCK_MONOTONIC. */
struct record {
    uint64_t entered; /* KVM_RUN called */
    uint64_t left;    /* KVM_RUN returned */
    uint64_t served;  /* the exit was handled */
    uint64_t rip;     /* the guest's, 0 where KVM was not asked for it */
    uint32_t reason;  /* KVM_EXIT_ */
    uint32_t job;     /* id of the job that was outstanding */
    bool has_job;
    bool has_line; /* the exit handed over a result: line is its CI */
    uint32_t line;
    uint64_t address; /* port, guest-physical address or MSR, by reason */
    bool write;       /* out, store, wrmsr */
    uint32_t size;    /* bytes of one access */
    uint32_t count;   /* accesses at once: string I/O */
    const char *what; /* the guest of the atlas, NULL for booting or a job; not owned */
    unsigned ring;    /* that what runs in */
};

/* Fills reason and detail from run. */
void record_fill(struct record *record, const struct kvm_run *run);

/* Names the kind of exit, with port, page or MSR: "IO out doorbell", "MMIO write 0xfee00000",
 * "HLT", "KVM_EXIT 99". Exits with the same name are counted together. Returns out. */
const char *record_name(const struct record *record, char *out, size_t size);

#endif
