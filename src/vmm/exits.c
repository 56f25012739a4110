/* What is counted and timed while a guest runs. */
#include "vmm/exits.h"

#include <config.h>

#include <linux/kvm.h>
#include <stdio.h>

#include "guest/abi.h"

#define REASON(name) [KVM_EXIT_##name] = #name

static const char *const reasons[] = {
    REASON(UNKNOWN),
    REASON(EXCEPTION),
    REASON(IO),
    REASON(HYPERCALL),
    REASON(DEBUG),
    REASON(HLT),
    REASON(MMIO),
    REASON(IRQ_WINDOW_OPEN),
    REASON(SHUTDOWN),
    REASON(FAIL_ENTRY),
    REASON(INTR),
    REASON(SET_TPR),
    REASON(TPR_ACCESS),
    REASON(NMI),
    REASON(INTERNAL_ERROR),
    REASON(SYSTEM_EVENT),
    REASON(IOAPIC_EOI),
    REASON(HYPERV),
    REASON(X86_RDMSR),
    REASON(X86_WRMSR),
    REASON(DIRTY_RING_FULL),
    REASON(X86_BUS_LOCK),
    REASON(XEN),
#if HAVE_DECL_KVM_EXIT_NOTIFY
    REASON(NOTIFY),
#endif
#if HAVE_DECL_KVM_EXIT_MEMORY_FAULT
    REASON(MEMORY_FAULT),
#endif
};

const char *exits_reason_name(uint32_t reason)
{
    return reason < sizeof(reasons) / sizeof(reasons[0]) ? reasons[reason] : NULL;
}

enum exits_port exits_port(uint64_t port)
{
    switch (port) {
#define X(id, name, ring)                                                                          \
    case ABI_PORT_##id:                                                                            \
        return EXITS_PORT_##id;
        ABI_PORTS(X)
#undef X
    default:
        return EXITS_PORT_OTHER;
    }
}

const char *exits_port_name(enum exits_port port)
{
    static const char *const names[EXITS_PORT_COUNT] = {
#define X(id, name, ring) #name,
        ABI_PORTS(X)
#undef X
            "other",
    };

    return names[port];
}

const char *exits_emulation_bytes(const struct kvm_run *run, char out[EXITS_EMULATION_TEXT])
{
    const unsigned size = run->emulation_failure.insn_size;

    out[0] = '\0';
    if (run->internal.suberror != KVM_INTERNAL_ERROR_EMULATION ||
        run->emulation_failure.ndata < 3 ||
        !(run->emulation_failure.flags & KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES))
        return out;
    for (size_t i = 0; i < size && i < sizeof(run->emulation_failure.insn_bytes); i++)
        snprintf(out + 3 * i, 4, " %02x", run->emulation_failure.insn_bytes[i]);
    return out;
}
