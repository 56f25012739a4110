/* The boundary between the VMM and the guest: ports, memory map, jobs and results, ELF note.
 *
 * Compiled by both sides. Nothing but C99 headers is included, every size and offset is asserted,
 * and a change of meaning or layout is a new ABI_VERSION. Assembler files see the constants alone.
 */
#ifndef GUEST_ABI_H
#define GUEST_ABI_H

#define ABI_VERSION 2

/* Ports, all 32 bits wide: identifier, name, the least privileged ring that may use it. The TSS
 * bitmap, the VMM's dispatcher and its counters are made from this list. The fault port belongs to
 * ring 0, so no engine can invent a fault. */
#define ABI_PORT_DOORBELL 0x1948
#define ABI_PORT_WORD     0x194c
#define ABI_PORT_FAULT    0x1950
#define ABI_PORTS(X)                                                                               \
    X(DOORBELL, doorbell, 3)                                                                       \
    X(WORD, word, 3)                                                                               \
    X(FAULT, fault, 0)

/* First port beyond those of ring 3. */
#define ABI_PORTS_RING3_END 0x1950

/* Guest-physical memory starts at 0 and is seen by the guest at ABI_BASE, byte for byte, in the
 * pages that are mapped at all. The address is low enough for 32-bit absolute code and, outside
 * of any VM, free in a process, where the native backend maps the same image. */
#define ABI_BASE        0x20000000
#define ABI_PAGE        0x1000
#define ABI_MEMORY_SIZE 0x11f000

/* Offsets of the VMM's own pages; what is not named here is a guard page and never mapped. */
#define ABI_PAGE_TABLES 0x0000  /* four pages, walked by the CPU, mapped for nobody */
#define ABI_SYSTEM_PAGE 0x5000  /* GDT, TSS and IDT: ring 0 */
#define ABI_RING0_STACK 0x7000  /* one page: ring 0 */
#define ABI_JOB_PAGE    0x9000  /* struct abi_job_page: ring 3 */
#define ABI_RING3_STACK 0xb000  /* ABI_RING3_STACK_PAGES pages: ring 3 */
#define ABI_IMAGE       0x10000 /* first byte that a PT_LOAD segment may occupy */
#define ABI_IMAGE_END   0x30000 /* first byte after the image */
#define ABI_STATIC      0x31000 /* struct abi_translation, then its code: ring 3, r-x */
#define ABI_CACHE       0x37000 /* the same for engine `dynamic`: ring 3, rw- */
#define ABI_RING        0x3d000 /* struct abi_ring: ring 3, rw- */

/* Where the pages of ABI_CACHE are seen once more, r-x, for executing what was written there. The
 * offset is from ABI_BASE as well, but beyond guest-physical memory. */
#define ABI_CACHE_EXEC (0x100000 + ABI_CACHE)

#define ABI_STATIC_SIZE 0x5000
#define ABI_CACHE_SIZE  0x5000
#define ABI_RING_SIZE   0xe1000

#define ABI_RING3_STACK_PAGES 2

/* Segment selectors of the GDT that the VMM builds. */
#define ABI_SELECTOR_CODE0 0x08
#define ABI_SELECTOR_DATA0 0x10
#define ABI_SELECTOR_DATA3 0x1b
#define ABI_SELECTOR_CODE3 0x23
#define ABI_SELECTOR_TSS   0x28

/* A PT_LOAD segment with this bit (out of PF_MASKOS) is mapped for ring 0 only. */
#define ABI_PF_SUPERVISOR 0x00100000

/* Exception vectors with a stub, and the bytes from one stub to the next. */
#define ABI_VECTORS         32
#define ABI_FAULT_STUB_SIZE 16

/* The vectors whose fault pushes an error code, a bit for each: SDM vol. 3, table 6-1. */
#define ABI_VECTORS_WITH_ERROR_CODE                                                                \
    (1 << 8 | 1 << 10 | 1 << 11 | 1 << 12 | 1 << 13 | 1 << 14 | 1 << 17 | 1 << 21 | 1 << 29 |      \
     1 << 30)

/* 32-bit words of struct abi_fault, written to ABI_PORT_FAULT one by one, lowest address first. */
#define ABI_FAULT_WORDS 16

#define ABI_NOTE_NAME "babyvisor"
#define ABI_NOTE_TYPE 1

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

#define ABI_LINES 32

/* The SSEM between two instructions: what `interp` yields, for every engine. Words are unsigned
 * and wrap; ci is kept modulo 32 and names the line last obeyed. */
struct baby {
    uint32_t store[ABI_LINES];
    uint32_t a;
    uint32_t ci;
    uint64_t executed; /* instructions obeyed by the last engine_run, its STP included */
};

/* Why an engine gave control back. Zero is no stop, so that a cleared result is not believed. */
enum stop {
    STOP_STP = 1,   /* obeyed STP; ci is its line */
    STOP_LIMIT = 2, /* the budget is used up */
};

/* The engines, in the order of the table that the note points to: identifier, name, technique. */
#define ABI_ENGINES(X)                                                                             \
    X(DISPATCH, dispatch, "decode-and-dispatch: a switch in a loop")                               \
    X(THREADED, threaded, "indirect threaded: each routine ends with its own dispatch")            \
    X(PREDECODED, predecoded, "direct threaded: words are taken apart once")                       \
    X(STATIC, static, "static binary translation, before the program starts")                      \
    X(DYNAMIC, dynamic, "dynamic binary translation, in the guest")                                \
    X(LEAP, leap, "dynamic, and many turns of a loop at once")

/* How jobs cross the boundary: identifier, name, jobs that may be with the guest at once, means. */
#define ABI_TRANSPORTS(X)                                                                          \
    X(WORDS, words, 1, "each 32-bit word by its own `in` or `out`: 97 exits a job")                \
    X(PAGE, page, 1, "a shared page: one exit a job")                                              \
    X(RING, ring, ABI_RING_SLOTS, "a shared ring: one exit for up to 4096 jobs")

enum engine {
#define X(id, name, technique) ENGINE_##id,
    ABI_ENGINES(X)
#undef X
        ENGINE_COUNT,
};

/* Handed to the guest in rdi at entry; in rsi is how many jobs are in place already, or 0. */
enum transport {
#define X(id, name, capacity, means) TRANSPORT_##id,
    ABI_TRANSPORTS(X)
#undef X
        TRANSPORT_COUNT,
};

/* The contract of every engine. Obeys exactly min(budget, instructions up to and including STP)
 * instructions of *m, leaves store, a, ci and executed in *m, and returns why it stopped. Does no
 * I/O, keeps nothing that a later call with another store could notice. */
typedef enum stop engine_run(struct baby *m, uint64_t budget);

/* What the engines count while a job runs, for those who want to know why one is slow. */
struct abi_counters {
    uint64_t translations;          /* blocks that `dynamic` translated */
    uint64_t invalidations;         /* blocks that it threw away because a line changed */
    uint64_t fallbacks;             /* times that translated code gave an instruction back */
    uint64_t fallback_instructions; /* instructions obeyed by interpretation then */
    uint64_t leaps;                 /* times that `leap` obeyed many turns of a loop at once */
    uint64_t leapt;                 /* instructions that it did not obey one by one */
    uint64_t cycles;                /* times that it found a state to return */
    uint64_t period; /* of the last: the state left is the same again after so many instructions,
                        not necessarily for the first time; 0 if that is not known */
};

/* A job: what to run, with which engine, how far. */
struct abi_job {
    struct baby state; /* executed is ignored */
    uint64_t budget;
    uint32_t engine;
    uint32_t id; /* returned with the result */
};

/* What came of it. */
struct abi_result {
    struct baby state;
    uint32_t stop;
    uint32_t engine;
    uint32_t id;
    uint32_t reserved; /* zero */
    struct abi_counters counters;
};

/* Transport `page`: the VMM writes the job, the guest the result; one doorbell passes both on. */
struct abi_job_page {
    struct abi_job job;
    struct abi_result result;
};

#define ABI_RING_SLOTS 4096

/* Transport `ring`: slots that hold a job until its result takes its place, as in Xen's rings. Both
 * counts run freely, modulo 2^32; slot n % ABI_RING_SLOTS belongs to the guest while n is at or
 * above results and below jobs. The VMM counts jobs, the guest results. */
struct abi_ring {
    uint32_t jobs;
    uint32_t results;
    uint32_t reserved[14];
    union abi_slot {
        struct abi_job job;
        struct abi_result result;
    } slots[ABI_RING_SLOTS];
};

/* Transport `words`: the same two structures as 32-bit words in the order of their memory. */
#define ABI_JOB_WORDS    (sizeof(struct abi_job) / 4)
#define ABI_RESULT_WORDS (sizeof(struct abi_result) / 4)

/* What ring 0 reports of a fault: cr2, then the interrupt frame of 64-bit mode (SDM vol. 3,
 * 6.14.2) with the vector in front and an error code of 0 where the vector has none. */
struct abi_fault {
    uint64_t cr2;
    uint64_t vector;
    uint64_t error_code;
    uint64_t rip;
    uint64_t cs;
    uint64_t rflags;
    uint64_t rsp;
    uint64_t ss;
};

/* Most SSEM instructions in a block of translated code. */
#define ABI_BLOCK 32

/* A block of translated code. Sets of lines have a bit for each. */
struct abi_block {
    uint32_t depends;        /* lines that must hold what they held for the block to be right */
    uint32_t guards;         /* lines that it compares before it would change them */
    uint32_t stores;         /* lines that it writes without a look */
    uint16_t bytes;          /* of x86 code */
    uint8_t entry;           /* how many of them come before the first instruction */
    uint8_t count;           /* SSEM instructions */
    uint8_t line[ABI_BLOCK]; /* the lines that they are on, one after the other */
    uint8_t size[ABI_BLOCK]; /* bytes of code of each; after the last one come the ways out */
};

/* What begins the pages at ABI_STATIC and at ABI_CACHE: what the code after it is a translation of.
 * The VMM writes those at ABI_STATIC before the job and not while it runs, `dynamic` those at
 * ABI_CACHE; all zero is no translation. */
struct abi_translation {
    uint32_t version;          /* of ABI_STATIC: another one each time that it is written */
    uint32_t translated;       /* lines that a block begins with */
    uint32_t depended;         /* lines that some block depends on */
    uint32_t restless;         /* lines that no block may depend on */
    uint32_t store[ABI_LINES]; /* what the depended lines held */
    struct abi_block blocks[ABI_LINES]; /* of the translated lines; others mean nothing */
};

/* Descriptor of the ELF note: where in the image the VMM finds what it must know. */
struct abi_note {
    uint32_t version;      /* ABI_VERSION */
    uint32_t engine_count; /* ENGINE_COUNT */
    uint64_t fault_stubs;  /* ABI_VECTORS stubs, ABI_FAULT_STUB_SIZE bytes apart: ring 0 */
    uint64_t ring3_entry;  /* where iretq goes */
    uint64_t engines;      /* engine_run *const [engine_count] */
    uint64_t counters;     /* struct abi_counters, writable: cleared by the caller of an engine */
};

_Static_assert(sizeof(struct baby) == 144, "struct baby");
_Static_assert(offsetof(struct baby, a) == 128, "struct baby.a");
_Static_assert(offsetof(struct baby, ci) == 132, "struct baby.ci");
_Static_assert(offsetof(struct baby, executed) == 136, "struct baby.executed");
_Static_assert(sizeof(struct abi_job) == 160, "struct abi_job");
_Static_assert(offsetof(struct abi_job, budget) == 144, "struct abi_job.budget");
_Static_assert(offsetof(struct abi_job, engine) == 152, "struct abi_job.engine");
_Static_assert(offsetof(struct abi_job, id) == 156, "struct abi_job.id");
_Static_assert(sizeof(struct abi_counters) == 64, "struct abi_counters");
_Static_assert(sizeof(struct abi_result) == 224, "struct abi_result");
_Static_assert(offsetof(struct abi_result, stop) == 144, "struct abi_result.stop");
_Static_assert(offsetof(struct abi_result, engine) == 148, "struct abi_result.engine");
_Static_assert(offsetof(struct abi_result, id) == 152, "struct abi_result.id");
_Static_assert(offsetof(struct abi_result, counters) == 160, "struct abi_result.counters");
_Static_assert(offsetof(struct abi_job_page, result) == 160, "struct abi_job_page.result");
_Static_assert(sizeof(struct abi_job_page) <= ABI_PAGE, "struct abi_job_page");
_Static_assert(sizeof(union abi_slot) == 224, "union abi_slot");
_Static_assert(offsetof(struct abi_ring, slots) == 64, "struct abi_ring.slots");
_Static_assert(sizeof(struct abi_ring) <= ABI_RING_SIZE, "struct abi_ring");
_Static_assert((ABI_RING_SLOTS & (ABI_RING_SLOTS - 1)) == 0, "counts wrap with the slots");
_Static_assert(sizeof(struct abi_fault) == 4 * ABI_FAULT_WORDS, "struct abi_fault");
_Static_assert(offsetof(struct abi_fault, rip) == 24, "struct abi_fault.rip");
_Static_assert(offsetof(struct abi_fault, rsp) == 48, "struct abi_fault.rsp");
_Static_assert(sizeof(struct abi_block) == 80, "struct abi_block");
_Static_assert(offsetof(struct abi_block, line) == 16, "struct abi_block.line");
_Static_assert(offsetof(struct abi_block, size) == 48, "struct abi_block.size");
_Static_assert(sizeof(struct abi_translation) == 2704, "struct abi_translation");
_Static_assert(offsetof(struct abi_translation, store) == 16, "struct abi_translation.store");
_Static_assert(offsetof(struct abi_translation, blocks) == 144, "struct abi_translation.blocks");
_Static_assert(sizeof(struct abi_note) == 40, "struct abi_note");
_Static_assert(offsetof(struct abi_note, engines) == 24, "struct abi_note.engines");
_Static_assert(offsetof(struct abi_note, counters) == 32, "struct abi_note.counters");
_Static_assert(ABI_RING3_STACK + ABI_RING3_STACK_PAGES * ABI_PAGE < ABI_IMAGE, "stack below image");
_Static_assert(ABI_IMAGE_END < ABI_STATIC, "guard page after the image");
_Static_assert(ABI_STATIC + ABI_STATIC_SIZE < ABI_CACHE, "guard page after the static code");
_Static_assert(ABI_CACHE + ABI_CACHE_SIZE < ABI_RING, "guard page after the cache");
_Static_assert(ABI_RING + ABI_RING_SIZE < ABI_MEMORY_SIZE, "guard page after the ring");

#endif
#endif
