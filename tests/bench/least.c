/* The least that a cold start can cost with a C library: floor.c without a dynamic linker, with a
 * local APIC in the kernel (vm_create_apic() says why), and with memory of its own, of which it
 * touches one page. */
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define MEMORY 0x10000

int main(void)
{
    static uint8_t memory[MEMORY] __attribute__((aligned(4096)));
    static const uint8_t code[] = {0xe6, 0x10}; /* out %al, $0x10, in real mode at address 0 */
    const struct kvm_enable_cap apic = {.cap = KVM_CAP_SPLIT_IRQCHIP};
    const int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    const int vm = ioctl(kvm, KVM_CREATE_VM, 0);
    const int size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    const struct kvm_userspace_memory_region slot = {
        .memory_size = MEMORY,
        .userspace_addr = (uintptr_t)memory,
    };
    const struct kvm_regs regs = {.rflags = 2};
    struct kvm_sregs sregs;
    struct kvm_run *run;
    int vcpu;

    if (kvm < 0 || vm < 0 || size < 0)
        return 1;
    memcpy(memory, code, sizeof(code));
    if (ioctl(vm, KVM_ENABLE_CAP, &apic) < 0 || ioctl(vm, KVM_SET_USER_MEMORY_REGION, &slot) < 0)
        return 1;
    vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
    run = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
    if (vcpu < 0 || run == MAP_FAILED || ioctl(vcpu, KVM_GET_SREGS, &sregs) < 0)
        return 1;
    sregs.cs.base = 0;
    sregs.cs.selector = 0;
    if (ioctl(vcpu, KVM_SET_SREGS, &sregs) < 0 || ioctl(vcpu, KVM_SET_REGS, &regs) < 0)
        return 1;
    return ioctl(vcpu, KVM_RUN, 0) < 0 || run->exit_reason != KVM_EXIT_IO;
}
