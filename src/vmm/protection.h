/* What keeps the guest's rings apart beyond its page tables: SMEP, SMAP and UMIP, where offered. */
#ifndef VMM_PROTECTION_H
#define VMM_PROTECTION_H

#include <linux/kvm.h>
#include <stddef.h>
#include <stdint.h>

/* Bits of CR4 (SDM vol. 3, 2.5): ring 0 executes nothing of ring 3, reads and writes nothing of
 * it, and ring 3 does not learn where the descriptor tables are. */
#define PROTECTION_UMIP (1u << 11)
#define PROTECTION_SMEP (1u << 20)
#define PROTECTION_SMAP (1u << 21)

/* In ECX of CPUID's leaf 7: the CPU has UMIP. */
#define PROTECTION_CPUID_UMIP (1u << 2)

/* Gives the vCPU these system registers with as many of the three bits in CR4 as this KVM takes,
 * and a CPUID that has them. Returns the bits, or -errno if it takes the registers with none. */
int64_t protection_enable(int vcpu_fd, const struct kvm_sregs *sregs);

/* Writes the bits' names as "SMEP, UMIP", or "none", into out and returns it. */
const char *protection_text(uint32_t bits, char *out, size_t size);

#endif
