/* The /dev/kvm of this host: opening it, what it can do, and what kind of KVM it is. */
#ifndef VMM_KVM_H
#define VMM_KVM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define KVM_DEVICE "/dev/kvm"

/* How this host's KVM runs guests. */
enum kvm_kind {
    KVM_KIND_UNKNOWN,
    KVM_KIND_VT_X,
    KVM_KIND_AMD_V,
    KVM_KIND_PVM, /* "pagetable virtual machine": guest code at CPL 3 without VT-x or AMD-V */
};

/* A capability that babyvisor uses (api.rst, KVM_CHECK_EXTENSION). */
struct kvm_capability {
    const char *name;
    int number;
    int mask;      /* bits that the answer must have; 0: the answer must not be 0 */
    bool required; /* without it `run` fails */
    const char *use;
    const char *since; /* a version of Linux whose KVM has it */
};

extern const struct kvm_capability kvm_capabilities[];
extern const size_t kvm_capability_count;

/* Opens path, which is KVM_DEVICE but for tests, and checks the API version. Returns the
 * descriptor, or -errno with text and status: 69 no KVM here, 77 no permission. */
int kvm_open(const char *path, struct error *error);

/* What KVM_CHECK_EXTENSION answers for the capability on fd, and whether that is enough. */
int kvm_check(int fd, const struct kvm_capability *capability, bool *enough);

/* Checks all required capabilities. Returns 0, or -ENOTSUP with text and status 69 for the first
 * that is missing. */
int kvm_require(int fd, struct error *error);

/* Both for KVM_DEVICE: returns its descriptor, or -errno with text and status. The text for a
 * device that cannot be opened names `babyvisor doctor`, which has advice. */
int kvm_open_device(struct error *error);

/* From the loaded modules and the CPU's feature bits; needs no descriptor. Looked up once. */
enum kvm_kind kvm_kind(void);

/* What this CPU offers by its feature bits: VT-x, AMD-V, or unknown for neither. */
enum kvm_kind kvm_cpu_kind(void);

/* "VT-x", "AMD-V", "PVM" or "unknown". */
const char *kvm_kind_name(enum kvm_kind kind);

#endif
