/* What keeps the guest's rings apart beyond its page tables: SMEP, SMAP and UMIP, where offered. */
#include "vmm/protection.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#define CPUID_7_EBX_SMEP      (1u << 7)
#define CPUID_7_EBX_SMAP      (1u << 20)
#define CPUID_80000001_EDX_NX (1u << 20)
#define CPUID_80000001_EDX_LM (1u << 29)

#define ENTRIES 4

static const struct {
    uint32_t bit;
    const char *name;
} names[] = {
    {PROTECTION_SMEP, "SMEP"},
    {PROTECTION_SMAP, "SMAP"},
    {PROTECTION_UMIP, "UMIP"},
};

/* A CPU with the three, 64-bit mode and NX; KVM looks here for what it lets CR4 have. */
static int set_cpuid(int vcpu_fd)
{
    union {
        struct kvm_cpuid2 head;
        uint8_t bytes[sizeof(struct kvm_cpuid2) + ENTRIES * sizeof(struct kvm_cpuid_entry2)];
    } list = {.head.nent = ENTRIES};

    list.head.entries[0] = (struct kvm_cpuid_entry2){.function = 0, .eax = 7};
    list.head.entries[1] = (struct kvm_cpuid_entry2){
        .function = 7,
        .flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
        .ebx = CPUID_7_EBX_SMEP | CPUID_7_EBX_SMAP,
        .ecx = PROTECTION_CPUID_UMIP,
    };
    list.head.entries[2] = (struct kvm_cpuid_entry2){.function = 0x80000000, .eax = 0x80000001};
    list.head.entries[3] = (struct kvm_cpuid_entry2){
        .function = 0x80000001,
        .edx = CPUID_80000001_EDX_NX | CPUID_80000001_EDX_LM,
    };
    return ioctl(vcpu_fd, KVM_SET_CPUID2, &list.head);
}

int64_t protection_enable(int vcpu_fd, const struct kvm_sregs *sregs)
{
    /* Asking KVM which ones it has costs more than the rest of a start, so they are tried. */
    static const uint32_t tries[] = {
        PROTECTION_SMEP | PROTECTION_SMAP | PROTECTION_UMIP,
        PROTECTION_SMEP | PROTECTION_UMIP,
        PROTECTION_SMEP | PROTECTION_SMAP,
        PROTECTION_UMIP,
        PROTECTION_SMEP,
        0,
    };
    struct kvm_sregs wanted = *sregs;

    for (size_t i = set_cpuid(vcpu_fd) < 0 ? sizeof(tries) / sizeof(tries[0]) - 1 : 0;
         i < sizeof(tries) / sizeof(tries[0]); i++) {
        wanted.cr4 = sregs->cr4 | tries[i];
        if (ioctl(vcpu_fd, KVM_SET_SREGS, &wanted) == 0)
            return tries[i];
    }
    return -errno;
}

const char *protection_text(uint32_t bits, char *out, size_t size)
{
    snprintf(out, size, bits ? "" : "none");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (bits & names[i].bit) {
            const size_t used = strlen(out);

            snprintf(out + used, size - used, "%s%s", used ? ", " : "", names[i].name);
        }
    return out;
}
