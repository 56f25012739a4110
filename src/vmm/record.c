/* One exit as it happened: when, why, and with what detail. */
#include "vmm/record.h"

#include <stdio.h>

#include "vmm/exits.h"

void record_fill(struct record *record, const struct kvm_run *run)
{
    record->reason = run->exit_reason;
    switch (run->exit_reason) {
    case KVM_EXIT_IO:
        record->address = run->io.port;
        record->write = run->io.direction == KVM_EXIT_IO_OUT;
        record->size = run->io.size;
        record->count = run->io.count;
        break;
    case KVM_EXIT_MMIO:
        record->address = run->mmio.phys_addr;
        record->write = run->mmio.is_write;
        record->size = run->mmio.len;
        record->count = 1;
        break;
    case KVM_EXIT_X86_RDMSR:
    case KVM_EXIT_X86_WRMSR:
        record->address = run->msr.index;
        record->write = run->exit_reason == KVM_EXIT_X86_WRMSR;
        record->size = 8;
        record->count = 1;
        break;
    default:
        break;
    }
}

const char *record_name(const struct record *record, char *out, size_t size)
{
    const char *name = exits_reason_name(record->reason);
    const unsigned long long address = record->address;
    const enum exits_port port = exits_port(address);

    if (record->reason == RECORD_INTERRUPTED)
        snprintf(out, size, "interrupted");
    else if (!name)
        snprintf(out, size, "KVM_EXIT %u", (unsigned)record->reason);
    else if (record->reason == KVM_EXIT_IO) {
        /* The atlas has its own use for all ports but one. */
        if (port == EXITS_PORT_OTHER || (record->what && port != EXITS_PORT_DOORBELL))
            snprintf(out, size, "IO %s 0x%llx", record->write ? "out" : "in", address);
        else
            snprintf(out, size, "IO %s %s", record->write ? "out" : "in", exits_port_name(port));
    } else if (record->reason == KVM_EXIT_MMIO)
        snprintf(out, size, "MMIO %s 0x%llx", record->write ? "write" : "read",
                 address & ~0xfffull);
    else if (record->reason == KVM_EXIT_X86_RDMSR || record->reason == KVM_EXIT_X86_WRMSR)
        snprintf(out, size, "%s 0x%llx", name, address);
    else
        snprintf(out, size, "%s", name);
    return out;
}
