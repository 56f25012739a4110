/* The boundary between the exit atlas and its guests: memory map, mailbox, and what a guest is.
 *
 * Guests run in the memory that abi.h describes, with one page of code at ABI_IMAGE and the ring-0
 * part after it.
 */
#ifndef GUEST_ATLAS_ATLAS_ABI_H
#define GUEST_ATLAS_ATLAS_ABI_H

#include "guest/abi.h"

/* Offsets from ABI_BASE, and guest-physical addresses too. */
#define ATLAS_MAILBOX ABI_JOB_PAGE         /* struct atlas_mailbox: every ring */
#define ATLAS_CODE    ABI_IMAGE            /* one page, r-x for the guest's ring */
#define ATLAS_RING0   (ABI_IMAGE + 0x1000) /* one page, r-x for ring 0 */
#define ATLAS_IDT     (ABI_IMAGE + 0x2000) /* ATLAS_GATES gates: ring 0 */
#define ATLAS_TABLE   (ABI_IMAGE + 0x3000) /* the page table of the target: nobody */

/* What lgdt and lidt are given: the tables that are in force already. */
#define ATLAS_GDT       (ABI_BASE + ABI_SYSTEM_PAGE)
#define ATLAS_GDT_LIMIT 0x37
#define ATLAS_IDT_LIMIT (ATLAS_GATES * 16 - 1)

/* Memory of some kind, or nothing at all, that a guest is about: 2 MiB, 4 KiB or one large page at
 * a time. */
#define ATLAS_TARGET      (ABI_BASE + 0x200000)
#define ATLAS_TARGET_GPA  0x10000000
#define ATLAS_TARGET_SIZE 0x200000

/* A port that ring 3 may use, and one that it may not. The doorbell ends a sample. */
#define ATLAS_PORT         ABI_PORT_WORD
#define ATLAS_PORT_FOREIGN 0x80

/* The vectors of the CPU's own, and one for `int`. */
#define ATLAS_VECTOR_INT 0x80
#define ATLAS_GATES      (ATLAS_VECTOR_INT + 1)
#define ATLAS_STUB_SIZE  16

/* MSRs: one that KVM answers, one that nobody has, and Hyper-V's for a crash (TLFS, 3.9). */
#define ATLAS_MSR_KNOWN   0x1b
#define ATLAS_MSR_IGNORED 0x8b
#define ATLAS_MSR_UNKNOWN 0x1948
#define ATLAS_MSR_CRASH   0x40000105

/* Hypercalls: one that KVM does not know, and KVM_HC_MAP_GPA_RANGE, which it may pass on. */
#define ATLAS_HYPERCALL_UNKNOWN 1948
#define ATLAS_HYPERCALL_USER    12

/* Offsets in struct atlas_mailbox, whose address is in r12. */
#define ATLAS_COUNT  0
#define ATLAS_BEGAN  8
#define ATLAS_ENDED  16
#define ATLAS_VECTOR 24
#define ATLAS_ERROR  32
#define ATLAS_FAULTS 40
#define ATLAS_RIP    48
#define ATLAS_ANSWER 56
#define ATLAS_SAVED  72
#define ATLAS_BUFFER 256

#define ATLAS_STRING 32 /* items of a string instruction */

#ifndef __ASSEMBLER__

struct atlas_mailbox {
    uint64_t count;      /* iterations of the next sample, at least 1 */
    uint64_t began;      /* the guest's TSC around the last sample */
    uint64_t ended;      /* the same, afterwards */
    uint64_t vector;     /* of the last fault */
    uint64_t error_code; /* the same fault's, or 0 */
    uint64_t faults;     /* how many there were */
    uint64_t rip;        /* the last fault's, as the handler found it */
    uint64_t answer[2];  /* what an instruction answered */
    uint8_t saved[16];   /* what a guest keeps meanwhile */
    uint8_t reserved[ATLAS_BUFFER - 88];
    uint8_t buffer[4 * ATLAS_STRING];
};

/* One instruction of a guest. Both are distances from the address of this very member. */
struct atlas_line {
    int32_t code; /* to the instruction's bytes */
    int32_t text; /* to its text, as it was assembled */
};

/* One guest: position-independent code. At `begin` it rings the doorbell; then it reads the TSC,
 * executes what is between `loop` and `after` count times, reads the TSC again and begins anew. A
 * fault is counted and continues at `after`. r12 is the mailbox, r13 the target, r14 `after`. */
struct atlas_guest {
    const uint8_t *begin;
    const uint8_t *loop;
    const uint8_t *after;
    const uint8_t *end;
    const struct atlas_line *lines; /* of all its instructions, in the order of their addresses */
    const struct atlas_line *lines_end;
};

/* The ring-0 part: stubs for the first ABI_VECTORS vectors and one more for ATLAS_VECTOR_INT,
 * ATLAS_STUB_SIZE bytes apart; and the entry, which loads TR and goes on by iretq with the frame
 * that rsp points at. */
extern const uint8_t atlas_ring0[], atlas_ring0_end[], atlas_entry[];

_Static_assert(offsetof(struct atlas_mailbox, count) == ATLAS_COUNT, "count");
_Static_assert(offsetof(struct atlas_mailbox, began) == ATLAS_BEGAN, "began");
_Static_assert(offsetof(struct atlas_mailbox, ended) == ATLAS_ENDED, "ended");
_Static_assert(offsetof(struct atlas_mailbox, vector) == ATLAS_VECTOR, "vector");
_Static_assert(offsetof(struct atlas_mailbox, error_code) == ATLAS_ERROR, "error_code");
_Static_assert(offsetof(struct atlas_mailbox, faults) == ATLAS_FAULTS, "faults");
_Static_assert(offsetof(struct atlas_mailbox, rip) == ATLAS_RIP, "rip");
_Static_assert(offsetof(struct atlas_mailbox, answer) == ATLAS_ANSWER, "answer");
_Static_assert(offsetof(struct atlas_mailbox, saved) == ATLAS_SAVED, "saved");
_Static_assert(offsetof(struct atlas_mailbox, buffer) == ATLAS_BUFFER, "buffer");
_Static_assert(ATLAS_GATES * 16 <= ABI_PAGE, "IDT in its page");

#endif
#endif
