/* The exit atlas: one tiny guest for each way of leaving guest mode, run on this host. */
#ifndef ATLAS_ATLAS_H
#define ATLAS_ATLAS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "guest/atlas/atlas_abi.h"
#include "vmm/guest.h"

/* Rings that a guest is run in: bits. */
enum { ATLAS_RING_0 = 1, ATLAS_RING_3 = 2 };

enum atlas_group {
    ATLAS_PORTS,
    ATLAS_MMIO,
    ATLAS_CPU,
    ATLAS_TRAPS,
    ATLAS_MEMORY,
    ATLAS_MACHINES,
    ATLAS_SENSITIVE,
    ATLAS_GROUPS,
};

enum {
    /* Each sample begins with a new state and ends at the first exit, which the host's clock times;
     * otherwise the guest times many iterations by its own TSC. */
    ATLAS_FRESH = 1,
    ATLAS_LARGE_PAGE = 2, /* the target is mapped by one entry of 2 MiB */
    ATLAS_ONE_PASS = 4,   /* one iteration in each sample */
    ATLAS_UNMAPPED = 8,   /* the target is not mapped in the guest's page tables */
    ATLAS_KICKED = 16,    /* a signal is what ends a sample */
    ATLAS_PATCHABLE = 32, /* the guest's code may be written, by KVM in its name */
    ATLAS_TRAP = 64,      /* what is raised ought to return after the instruction */
    ATLAS_UMIP = 128,     /* CR4.UMIP is set, which it is not after reset */
    ATLAS_THEOREM = 256,  /* stands for its instruction in Popek and Goldberg's theorems */
    /* Each sample is the life of a VM: made, entered up to the guest's doorbell, and closed, in the
     * host's clock; nothing of it is there between samples. */
    ATLAS_LIFE = 512,
    ATLAS_BESIDE = 1024, /* such lives, beside another VM of the kind */
    ATLAS_CALL = 2048,   /* what is timed is the provision's call, after each sample */
};

/* What Popek and Goldberg call an instruction ("Formal requirements for virtualizable third
 * generation architectures", CACM 17(7), 1974): bits, none for an innocuous one. Resources are a
 * machine's memory map, devices, control registers, descriptor tables, MSRs, clock, caches and
 * interrupt flag; the mode is the ring. */
enum {
    ATLAS_CONTROL = 1,    /* control-sensitive: changes resources, or the mode without a trap */
    ATLAS_BEHAVIOUR = 2,  /* behaviour-sensitive: acts or answers by resources, or by the mode */
    ATLAS_SUPERVISOR = 4, /* only in supervisor mode; all others are user-sensitive as well */
};

struct atlas_probe;

/* What a row needs beyond a VM with a guest in it; NULL for nothing. The first two return 0, or
 * -errno with text; a capability that is not there is asked for before. */
struct atlas_provision {
    int (*vm)(struct atlas_probe *probe, struct error *error);   /* before there is a vCPU */
    int (*vcpu)(struct atlas_probe *probe, struct error *error); /* before the first KVM_RUN */
    void (*boot)(struct atlas_probe *probe);                     /* before the entry */
    void (*sample)(struct atlas_probe *probe); /* before each sample, once the guest has booted */
    void (*serve)(struct atlas_probe *probe);  /* after each exit other than the doorbell */
    void (*call)(struct atlas_probe *probe);   /* of ATLAS_CALL */
    void (*close)(struct atlas_probe *probe);
};

/* What a sensitive instruction ought to answer: bytes of the mailbox's answer from offset on, by
 * ring. */
struct atlas_truth {
    unsigned offset;
    uint64_t mask;
    uint64_t ring0;
    uint64_t ring3;
};

struct atlas_row {
    const char *name;
    enum atlas_group group;
    unsigned class;
    unsigned rings;
    const struct atlas_guest *guest;
    const char *provokes;   /* one line */
    const char *story;      /* what it is good for, who answers, what to compare it with */
    const char *capability; /* NULL if every KVM can */
    int capability_number;
    unsigned capability_mask; /* bits that its answer must have, 0 for any answer above 0 */
    unsigned flags;
    unsigned operations; /* in one iteration; 0 is 1 */
    const struct atlas_provision *provision;
    const struct atlas_truth *truth;
};

/* The n-th of all rows, which are in order of their groups; NULL beyond the last. */
const struct atlas_row *atlas_at(size_t n);

/* What costs are reckoned from: a loop around nothing. */
#define ATLAS_NOTHING "nothing"

/* The row of that name, NULL if there is none. */
const struct atlas_row *atlas_find(const char *name);

/* "ports", "mmio", "cpu", ...: for programs; they stay. */
const char *atlas_group_name(enum atlas_group group);

/* What happened, in the order in which it is looked for. */
enum atlas_happened {
    ATLAS_NOT_RUN,     /* the time for the whole atlas was up */
    ATLAS_NOT_OFFERED, /* the capability is 0, or setting it up was refused */
    ATLAS_HUNG,        /* stopped at the time limit */
    ATLAS_FAILED,      /* KVM_RUN returned an error */
    ATLAS_EXIT,        /* left to user space */
    ATLAS_FAULT,       /* a fault, delivered in the guest */
    ATLAS_EMULATED,    /* executed by KVM's instruction emulator, inside the kernel */
    ATLAS_KERNEL,      /* left guest mode, handled in the kernel */
    ATLAS_NATIVE,      /* executed by the processor, nobody noticed */
    ATLAS_HAPPENED,
};

/* "exit", "fault", "kernel", ...: for programs; they stay. */
const char *atlas_happened_name(enum atlas_happened happened);

enum atlas_answer { ATLAS_NO_ANSWER, ATLAS_RIGHT, ATLAS_WRONG };

/* One row in one ring on this host. Rates are per operation. */
struct atlas_result {
    const struct atlas_row *row;
    unsigned ring; /* 0 or 3 */
    enum atlas_happened happened;
    int capability;      /* what KVM_CHECK_EXTENSION answered, 0 where none is needed */
    uint32_t reason;     /* ATLAS_EXIT: the last exit's, or RECORD_INTERRUPTED */
    uint64_t vector;     /* ATLAS_FAULT: the last one */
    bool stuck;          /* ATLAS_FAULT: a trap that returns to itself, not after it */
    uint64_t fault_code; /* the same fault's error code */
    char detail[160];    /* port, address, bytes, error text, ..., "" for none */
    enum atlas_answer answer;
    uint64_t answered;   /* what the instruction answered, if there is an answer */
    uint64_t operations; /* how many were counted for these rates */
    double exits;        /* to user space */
    double faults;       /* in the guest */
    double kernel;       /* exits, as the kernel counts them; below 0: it does not */
    double emulated;     /* instructions that the kernel emulated, net; below 0: unknown */
    double page_faults;  /* the kernel's pf_fixed; below 0: unknown */
    size_t samples;      /* 0: no cost is known */
    uint64_t iterations; /* in one sample */
    double min_ns, mean_ns, median_ns, p99_ns, max_ns;
    double median_cycles, p99_cycles; /* of the TSC */
};

/* What the loop itself costs, and what is around it, by ring / 3, to be taken off. */
struct atlas_floor {
    double cycles[2]; /* of an iteration */
    struct atlas_emulated {
        double boot;   /* instructions that the kernel emulates up to the first doorbell, */
        double sample; /* from a doorbell to the next one, */
        double loop;   /* and for each iteration between them; below 0: unknown */
    } emulated[2];
};

/* Runs one row in one ring (0 or 3), in a VM made from kvm_fd, /dev/kvm, for at most seconds, and
 * fills *result; what the host cannot do is a result. Observer may be NULL. Returns 0, or -errno
 * with text and status if there is no VM at all. */
int atlas_run(int kvm_fd, const struct atlas_row *row, unsigned ring,
              const struct atlas_floor *floor, double seconds, const struct observer *observer,
              struct atlas_result *result, struct error *error);

/* Measures the floor. Returns as atlas_run(). */
int atlas_measure_floor(int kvm_fd, struct atlas_floor *floor, struct error *error);

#endif
