/* What is counted and timed while a guest runs. */
#ifndef VMM_EXITS_H
#define VMM_EXITS_H

#include <linux/kvm.h>
#include <stddef.h>
#include <stdint.h>

#include "guest/abi.h"

/* Exit reasons with a counter of their own; all others share the last one. */
#define EXITS_REASONS 64

/* The counter of each port of abi.h, and one for all others. */
enum exits_port {
#define X(id, name, ring) EXITS_PORT_##id,
    ABI_PORTS(X)
#undef X
        EXITS_PORT_OTHER,
    EXITS_PORT_COUNT,
};

/* Counts of exits to user space, and nanoseconds of CLOCK_MONOTONIC. */
struct exits {
    uint64_t total;
    uint64_t by_reason[EXITS_REASONS + 1];
    uint64_t by_port[EXITS_PORT_COUNT];
    uint64_t interrupted; /* KVM_RUN ended by a signal */
    uint64_t create_ns;   /* making the VM, until it could run */
    uint64_t boot_ns;     /* from the first KVM_RUN to the first doorbell */
    uint64_t guest_ns;    /* inside KVM_RUN after that */
    uint64_t vmm_ns;      /* handling exits, checking results, placing jobs */
};

/* "IO", "MMIO", ... for the KVM_EXIT_ number, NULL if this program has no name for it. */
const char *exits_reason_name(uint32_t reason);

/* The counter of a port number. */
enum exits_port exits_port(uint64_t port);

/* The name that abi.h gives the port, or "other". */
const char *exits_port_name(enum exits_port port);

/* Room for the bytes of one instruction, as exits_emulation_bytes() writes them. */
#define EXITS_EMULATION_TEXT (3 * sizeof(((struct kvm_run *)0)->emulation_failure.insn_bytes) + 1)

/* Writes the bytes of the instruction that KVM's emulator has given up on as " 0f c7" into out, ""
 * if the exit brings none (api.rst, KVM_EXIT_INTERNAL_ERROR, emulation_failure), and returns out.
 * The exit that run shows is KVM_EXIT_INTERNAL_ERROR. */
const char *exits_emulation_bytes(const struct kvm_run *run, char out[EXITS_EMULATION_TEXT]);

#endif
