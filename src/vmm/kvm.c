/* The /dev/kvm of this host: opening it, what it can do, and what kind of KVM it is. */
#include "vmm/kvm.h"

#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CPUID_1_ECX_VMX        (1u << 5)
#define CPUID_80000001_ECX_SVM (1u << 2)

#define OLDEST "4.18"

#define SYNC (KVM_SYNC_X86_REGS | KVM_SYNC_X86_SREGS)

const struct kvm_capability kvm_capabilities[] = {
    {"KVM_CAP_USER_MEMORY", KVM_CAP_USER_MEMORY, 0, true, "gives the guest its memory", OLDEST},
    {"KVM_CAP_IMMEDIATE_EXIT", KVM_CAP_IMMEDIATE_EXIT, 0, true, "makes time limits hold", OLDEST},
    {"KVM_CAP_SYNC_REGS", KVM_CAP_SYNC_REGS, SYNC, true, "sets the first state of the vCPU",
     OLDEST},
    {"KVM_CAP_SPLIT_IRQCHIP", KVM_CAP_SPLIT_IRQCHIP, 0, false, "makes and ends a VM in less time",
     "4.4"},
    {"KVM_CAP_BINARY_STATS_FD", KVM_CAP_BINARY_STATS_FD, 0, false,
     "adds the kernel's own counters to --stats", "5.14"},
};

const size_t kvm_capability_count = sizeof(kvm_capabilities) / sizeof(kvm_capabilities[0]);

int kvm_open(const char *path, struct error *error)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    int code = errno;
    int version;

    if (fd < 0 && (code == EACCES || code == EPERM))
        return error_set(error, STATUS_PERMISSION, code, "%s: no permission", path);
    if (fd < 0)
        return error_set(error, STATUS_NO_KVM, code, "%s: %s%s", path,
                         code == ENOENT ? "" : "cannot open it: ",
                         code == ENOENT ? "not found" : strerror(code));
    version = ioctl(fd, KVM_GET_API_VERSION, 0);
    if (version == KVM_API_VERSION)
        return fd;
    code = errno;
    close(fd);
    if (version < 0)
        return error_set(error, STATUS_NO_KVM, code, "%s: not KVM: %s", path, strerror(code));
    return error_set(error, STATUS_NO_KVM, ENOTSUP, "%s: API version %d, not %d", path, version,
                     KVM_API_VERSION);
}

int kvm_check(int fd, const struct kvm_capability *capability, bool *enough)
{
    int answer = ioctl(fd, KVM_CHECK_EXTENSION, (unsigned long)capability->number);

    *enough = answer > 0 && (answer & capability->mask) == capability->mask;
    return answer;
}

int kvm_require(int fd, struct error *error)
{
    for (size_t i = 0; i < kvm_capability_count; i++) {
        bool enough = true;

        if (kvm_capabilities[i].required)
            kvm_check(fd, &kvm_capabilities[i], &enough);
        if (!enough)
            return error_set(error, STATUS_NO_KVM, ENOTSUP,
                             "%s: this kernel's KVM lacks %s, which %s; use Linux %s or later",
                             KVM_DEVICE, kvm_capabilities[i].name, kvm_capabilities[i].use,
                             kvm_capabilities[i].since);
    }
    return 0;
}

int kvm_open_device(struct error *error)
{
    int fd = kvm_open(KVM_DEVICE, error);
    int result = fd < 0 ? fd : kvm_require(fd, error);

    if (fd < 0)
        error_add(error, "; `babyvisor doctor` says what to do");
    else if (result < 0)
        close(fd);
    return result < 0 ? result : fd;
}

enum kvm_kind kvm_cpu_kind(void)
{
    unsigned a, b, c = 0, d, extended = 0;

    __get_cpuid(1, &a, &b, &c, &d);
    __get_cpuid(0x80000001, &a, &b, &extended, &d);
    return c & CPUID_1_ECX_VMX                 ? KVM_KIND_VT_X
           : extended & CPUID_80000001_ECX_SVM ? KVM_KIND_AMD_V
                                               : KVM_KIND_UNKNOWN;
}

static enum kvm_kind find_kind(void)
{
    const enum kvm_kind cpu = kvm_cpu_kind();

    if (cpu == KVM_KIND_VT_X && access("/sys/module/kvm_intel", F_OK) == 0)
        return KVM_KIND_VT_X;
    if (cpu == KVM_KIND_AMD_V && access("/sys/module/kvm_amd", F_OK) == 0)
        return KVM_KIND_AMD_V;
    if (access("/sys/module/kvm_pvm", F_OK) == 0)
        return KVM_KIND_PVM;
    return KVM_KIND_UNKNOWN;
}

enum kvm_kind kvm_kind(void)
{
    static bool known;
    static enum kvm_kind kind;

    if (!known)
        kind = find_kind();
    known = true;
    return kind;
}

const char *kvm_kind_name(enum kvm_kind kind)
{
    static const char *const names[] = {
        [KVM_KIND_UNKNOWN] = "unknown",
        [KVM_KIND_VT_X] = "VT-x",
        [KVM_KIND_AMD_V] = "AMD-V",
        [KVM_KIND_PVM] = "PVM",
    };

    return names[kind];
}
