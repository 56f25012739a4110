/* The floor of a cold start: the KVM calls without which no VM runs, up to its first port exit. */
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define MEMORY 0x10000

int main(void)
{
    static const uint8_t code[] = {0xe6, 0x10}; /* out %al, $0x10, in real mode at address 0 */
    int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    int vm = ioctl(kvm, KVM_CREATE_VM, 0);
    int size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    uint8_t *memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    struct kvm_userspace_memory_region slot = {
        .memory_size = MEMORY,
        .userspace_addr = (uintptr_t)memory,
    };
    struct kvm_regs regs = {.rflags = 2};
    struct kvm_sregs sregs;
    struct kvm_run *run;
    int vcpu;

    if (kvm < 0 || vm < 0 || size < 0 || memory == MAP_FAILED)
        return 1;
    memcpy(memory, code, sizeof(code));
    if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &slot) < 0)
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
