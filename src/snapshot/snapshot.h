/* A whole VM between two KVM_RUNs, as the bytes of a file: its vCPU, its memory, the job it is at.
 */
#ifndef SNAPSHOT_SNAPSHOT_H
#define SNAPSHOT_SNAPSHOT_H

#include <linux/kvm.h>
#include <stdio.h>

#include "vmm/guest.h"

#define SNAPSHOT_SCHEMA "babyvisor/snapshot/1"
#define SNAPSHOT_PAGES  (ABI_MEMORY_SIZE / ABI_PAGE)
#define SNAPSHOT_MSRS   9

/* Bytes of a bit for each page, as KVM counts them (api.rst, KVM_GET_DIRTY_LOG). */
#define SNAPSHOT_BITMAP ((SNAPSHOT_PAGES + 63) / 64 * 8)

/* The head of the file, in the host's order of bytes. After it come the pages that are not zero, of
 * ABI_PAGE bytes, lowest first. Of the vCPU all that a guest can change is kept but the time-stamp
 * counter, which goes on as the host's does. */
struct snapshot {
    char schema[24];
    uint64_t check; /* CRC-64 of all that comes after it, the pages included */
    uint32_t size;  /* of this head */
    uint32_t host;  /* enum kvm_kind */
    uint64_t image_length;
    uint64_t image_check; /* CRC-64 */
    /* The VMM's end of the transport: struct transport_end. */
    uint32_t transport;
    uint32_t booted;
    uint32_t outstanding; /* 0, or 1: in the middle of job */
    uint32_t words_in, words_out;
    uint32_t ring_jobs;
    uint32_t fault_words; /* of fault, of which all are there if the guest has ended by it */
    uint32_t msr_count;
    struct abi_fault fault;
    struct abi_job job; /* the run's state, and the job that is under way, or the next one's id */
    struct abi_result result; /* as far as transport `words` has brought it */
    struct kvm_regs regs;
    struct kvm_sregs sregs;
    struct kvm_vcpu_events events;
    struct kvm_debugregs debugregs;
    struct kvm_xcrs xcrs;
    struct kvm_msr_entry msrs[SNAPSHOT_MSRS];
    uint32_t xsave[1024];           /* struct kvm_xsave */
    uint8_t pages[SNAPSHOT_BITMAP]; /* a bit for each page that is not zero */
};

#define SNAPSHOT_MAX (sizeof(struct snapshot) + ABI_MEMORY_SIZE)

/* Fills all but job and result from a guest that is loaded and does not run: the exit that it has
 * made is completed, as its registers are not whole before (api.rst, KVM_EXIT_IO). Returns 0, or
 * -errno with text and status, 65 for an image that was never loaded. */
int snapshot_take(struct snapshot *snapshot, struct guest *guest, struct error *error);

/* Writes the file, with its check, of a snapshot and the memory that it was taken of. */
void snapshot_write(FILE *out, struct snapshot *snapshot, const uint8_t *memory);

/* The check that a file of this head and those pages must have. */
uint64_t snapshot_check(const struct snapshot *snapshot, const uint8_t *pages, size_t length);

/* Reads a file of that name, which is hostile. Sets *pages to its pages, in bytes; afterwards every
 * number of *snapshot that is the VMM's is in its range, and the vCPU's are KVM's to judge. Returns
 * 0, or -EINVAL with text and status 65. */
int snapshot_read(struct snapshot *snapshot, const uint8_t **pages, const char *name,
                  const char *bytes, size_t length, struct error *error);

/* The same for a head alone, whose pages come in another way, and whose check is of itself. */
int snapshot_read_head(struct snapshot *snapshot, const char *name, const char *bytes,
                       size_t length, struct error *error);

/* The CRC-64 of a guest's image. */
uint64_t snapshot_digest(struct guest *guest);

/* Whether a snapshot of an image of that length and check, a CRC-64, is of this guest's image; an
 * embedded one becomes the one of the embedded ones that it is of. Checks the image, unless it has
 * been. Returns 0, or -errno with text and status 65 or 71. */
int snapshot_is_of(struct guest *guest, uint64_t length, uint64_t check, struct error *error);

/* Whether a page of memory is zero. */
bool snapshot_is_zero(const uint8_t *page);

/* Whether page number is in the file. */
bool snapshot_has_page(const struct snapshot *snapshot, unsigned number);

/* What another kind of host, or another processor, could not take over, a bit each. */
#define SNAPSHOT_LOST_PROTECTION 1u /* bits of CR4: SMEP, SMAP, UMIP */
#define SNAPSHOT_LOST_VECTORS    2u /* of the extended state all but x87 and SSE */

/* Puts a snapshot that was read, with pages NULL one whose pages are in memory already, into a
 * guest that was opened, or that it, or another, was put into before; engine and transport it was
 * opened with do not matter. Its image must be the same. Sets *lost. Returns 0, or -errno with text
 * and status: 65 for another image, and for registers that KVM does not take. */
int snapshot_put(const struct snapshot *snapshot, const uint8_t *pages, struct guest *guest,
                 unsigned *lost, struct error *error);

#endif
