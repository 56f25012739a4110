/* What rows of the atlas need beyond a VM: capabilities, breakpoints, states of their own. */
#include "atlas/provisions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

#include "atlas/probe.h"
#include "vmm/protection.h"
#include "vmm/watchdog.h"

#define CPUID_ENTRIES    256
#define HYPERV_INTERFACE 0x31237648 /* "Hv#1": TLFS, 2.4 */
#define KICK_SECONDS     200e-6
#define DR7_EXECUTE_0    0x402 /* G0: execution, one byte; bit 10 is always set */

static int refused(struct error *error, const char *what)
{
    int code = errno;

    return error_set(error, STATUS_NO_KVM, code, "%s: %s", what, strerror(code));
}

static int enable(struct atlas_probe *probe, uint32_t capability, uint64_t argument,
                  struct error *error)
{
    struct kvm_enable_cap cap = {.cap = capability, .args = {argument}};

    return ioctl(probe->vm.vm_fd, KVM_ENABLE_CAP, &cap) < 0 ? refused(error, "KVM_ENABLE_CAP") : 0;
}

/* ioeventfd and coalesced I/O. */

static int add_ioeventfd(struct atlas_probe *probe, uint64_t address, uint32_t flags,
                         struct error *error)
{
    struct kvm_ioeventfd event = {.addr = address, .len = 4, .flags = flags};

    probe->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (probe->event_fd < 0)
        return refused(error, "eventfd");
    event.fd = probe->event_fd;
    return ioctl(probe->vm.vm_fd, KVM_IOEVENTFD, &event) < 0 ? refused(error, "KVM_IOEVENTFD") : 0;
}

static int add_ioeventfd_port(struct atlas_probe *probe, struct error *error)
{
    return add_ioeventfd(probe, ATLAS_PORT, KVM_IOEVENTFD_FLAG_PIO, error);
}

static int add_ioeventfd_memory(struct atlas_probe *probe, struct error *error)
{
    return add_ioeventfd(probe, ATLAS_TARGET_GPA, 0, error);
}

static int add_coalesced(struct atlas_probe *probe, uint64_t address, uint32_t port,
                         struct error *error)
{
    struct kvm_coalesced_mmio_zone zone = {.addr = address, .size = 4, .pio = port};
    int page = ioctl(probe->kvm_fd, KVM_CHECK_EXTENSION, KVM_CAP_COALESCED_MMIO);

    if (page <= 0 || ((size_t)page + 1) * ABI_PAGE > probe->vm.run_size) {
        errno = ENOTSUP;
        return refused(error, "the page of coalesced writes");
    }
    probe->coalesced = (void *)((uint8_t *)probe->vm.run + (size_t)page * ABI_PAGE);
    return ioctl(probe->vm.vm_fd, KVM_REGISTER_COALESCED_MMIO, &zone) < 0
               ? refused(error, "KVM_REGISTER_COALESCED_MMIO")
               : 0;
}

static int add_coalesced_port(struct atlas_probe *probe, struct error *error)
{
    return add_coalesced(probe, ATLAS_PORT, 1, error);
}

static int add_coalesced_memory(struct atlas_probe *probe, struct error *error)
{
    return add_coalesced(probe, ATLAS_TARGET_GPA, 0, error);
}

static void drain_coalesced(struct atlas_probe *probe)
{
    probe->coalesced->first = probe->coalesced->last;
}

const struct atlas_provision provision_ioeventfd_port = {.vcpu = add_ioeventfd_port};
const struct atlas_provision provision_ioeventfd_memory = {.vcpu = add_ioeventfd_memory};
const struct atlas_provision provision_coalesced_port = {
    .vcpu = add_coalesced_port,
    .sample = drain_coalesced,
    .serve = drain_coalesced,
};
const struct atlas_provision provision_coalesced_memory = {
    .vcpu = add_coalesced_memory,
    .sample = drain_coalesced,
    .serve = drain_coalesced,
};

/* Debugging. */

static void debug(struct atlas_probe *probe, uint32_t control)
{
    struct kvm_guest_debug wanted = {.control = KVM_GUESTDBG_ENABLE | control};

    wanted.arch.debugreg[0] = probe_address(probe, probe->row->guest->loop);
    wanted.arch.debugreg[7] = DR7_EXECUTE_0;
    probe_note(probe, ioctl(probe->vm.vcpu_fd, KVM_SET_GUEST_DEBUG, &wanted));
}

static void debug_step(struct atlas_probe *probe)
{
    debug(probe, KVM_GUESTDBG_SINGLESTEP);
}

static void debug_hardware(struct atlas_probe *probe)
{
    debug(probe, KVM_GUESTDBG_USE_HW_BP);
}

static void debug_software(struct atlas_probe *probe)
{
    debug(probe, KVM_GUESTDBG_USE_SW_BP);
}

/* The entry, which comes before each sample, is not to be debugged. */
static void debug_not(struct atlas_probe *probe)
{
    struct kvm_guest_debug nothing = {0};

    probe_note(probe, ioctl(probe->vm.vcpu_fd, KVM_SET_GUEST_DEBUG, &nothing));
}

const struct atlas_provision provision_step = {.boot = debug_not, .sample = debug_step};
const struct atlas_provision provision_hardware_breakpoint = {
    .boot = debug_not,
    .sample = debug_hardware,
};
const struct atlas_provision provision_software_breakpoint = {
    .boot = debug_not,
    .sample = debug_software,
};

/* Signals and interrupts. */

static void ask_to_exit(struct atlas_probe *probe)
{
    probe->vm.run->immediate_exit = 1;
}

static void send_signal(struct atlas_probe *probe)
{
    struct error error;

    probe->kick_ns = (uint64_t)(KICK_SECONDS * 1e9);
    if (watchdog_start(&probe->vm.run->immediate_exit, KICK_SECONDS, &error) < 0)
        probe->refused = EAGAIN;
}

static void ask_for_window(struct atlas_probe *probe)
{
    probe->vm.run->request_interrupt_window = 1;
}

/* A window that is asked for and open is an exit at every entry. */
static void ask_no_more(struct atlas_probe *probe)
{
    probe->vm.run->request_interrupt_window = 0;
}

const struct atlas_provision provision_immediate_exit = {.sample = ask_to_exit};
const struct atlas_provision provision_signal = {.sample = send_signal};
const struct atlas_provision provision_interrupt_window = {
    .sample = ask_for_window,
    .serve = ask_no_more,
};

/* States that cannot go on. */

static void change_sregs(struct atlas_probe *probe, void (*change)(struct kvm_sregs *sregs))
{
    struct kvm_sregs sregs;
    int answer = ioctl(probe->vm.vcpu_fd, KVM_GET_SREGS, &sregs);

    probe_note(probe, answer);
    if (answer < 0)
        return;
    change(&sregs);
    probe_note(probe, ioctl(probe->vm.vcpu_fd, KVM_SET_SREGS, &sregs));
}

static void empty_idt(struct kvm_sregs *sregs)
{
    sregs->idt.limit = 0;
}

/* A code segment cannot be both 64-bit and 32-bit: SDM vol. 3, 26.3.1.2; APM vol. 2, 15.5.1. */
static void two_sizes(struct kvm_sregs *sregs)
{
    sregs->cs.l = 1;
    sregs->cs.db = 1;
}

static void without_idt(struct atlas_probe *probe)
{
    change_sregs(probe, empty_idt);
}

static void with_invalid_state(struct atlas_probe *probe)
{
    change_sregs(probe, two_sizes);
}

const struct atlas_provision provision_no_idt = {.sample = without_idt};
const struct atlas_provision provision_invalid_state = {.sample = with_invalid_state};

/* Capabilities. */

static int enable_emulation_failure(struct atlas_probe *probe, struct error *error)
{
    return enable(probe, KVM_CAP_EXIT_ON_EMULATION_FAILURE, 1, error);
}

static int enable_user_msr(struct atlas_probe *probe, struct error *error)
{
    return enable(probe, KVM_CAP_X86_USER_SPACE_MSR,
                  KVM_MSR_EXIT_REASON_UNKNOWN | KVM_MSR_EXIT_REASON_INVAL, error);
}

const struct atlas_provision provision_emulation_failure = {.vm = enable_emulation_failure};
const struct atlas_provision provision_user_msr = {.vm = enable_user_msr};

static int enable_user_hypercall(struct atlas_probe *probe, struct error *error)
{
    return enable(probe, KVM_CAP_EXIT_HYPERCALL, 1u << ATLAS_HYPERCALL_USER, error);
}

const struct atlas_provision provision_user_hypercall = {.vm = enable_user_hypercall};

static int enable_bus_lock(struct atlas_probe *probe, struct error *error)
{
    int result = enable(probe, KVM_CAP_X86_BUS_LOCK_EXIT, KVM_BUS_LOCK_DETECTION_EXIT, error);

    return result < 0 ? result : probe_back_target(probe, 0, false, error);
}

const struct atlas_provision provision_bus_lock = {.vm = enable_bus_lock};

static int enable_apic(struct atlas_probe *probe, struct error *error)
{
    return enable(probe, KVM_CAP_SPLIT_IRQCHIP, 0, error);
}

const struct atlas_provision provision_apic = {.vm = enable_apic};

#if HAVE_DECL_KVM_EXIT_NOTIFY
static int enable_notify(struct atlas_probe *probe, struct error *error)
{
    return enable(probe, KVM_CAP_X86_NOTIFY_VMEXIT,
                  KVM_X86_NOTIFY_VMEXIT_ENABLED | KVM_X86_NOTIFY_VMEXIT_USER, error);
}

const struct atlas_provision provision_notify = {.vm = enable_notify};
#endif

/* CPUID. */

static struct kvm_cpuid2 *allocate_cpuid(uint32_t entries)
{
    struct kvm_cpuid2 *list = calloc(1, sizeof(*list) + entries * sizeof(list->entries[0]));

    if (list)
        list->nent = entries;
    return list;
}

/* Hyper-V's leaves make KVM take the MSRs of the TLFS from a guest. */
static int become_hyperv(struct atlas_probe *probe, struct error *error)
{
    struct kvm_cpuid2 *list = allocate_cpuid(2);
    int answer = -1;

    if (list) {
        list->entries[0].function = 0x40000000;
        list->entries[0].eax = 0x40000005;
        list->entries[1].function = 0x40000001;
        list->entries[1].eax = HYPERV_INTERFACE;
        answer = ioctl(probe->vm.vcpu_fd, KVM_SET_CPUID2, list);
    }
    if (answer < 0)
        answer = refused(error, "KVM_SET_CPUID2");
    free(list);
    return answer;
}

static bool has_umip(const struct kvm_cpuid2 *list)
{
    for (uint32_t i = 0; i < list->nent; i++)
        if (list->entries[i].function == 7 && list->entries[i].index == 0)
            return list->entries[i].ecx & PROTECTION_CPUID_UMIP;
    return false;
}

static int allow_umip(struct atlas_probe *probe, struct error *error)
{
    struct kvm_cpuid2 *list = allocate_cpuid(CPUID_ENTRIES);
    int answer = -1;

    if (!list)
        return error_memory(error);
    probe->cr4 = PROTECTION_UMIP;
    if (ioctl(probe->kvm_fd, KVM_GET_SUPPORTED_CPUID, list) < 0)
        refused(error, "KVM_GET_SUPPORTED_CPUID");
    else if (!has_umip(list))
        error_set(error, STATUS_NO_KVM, ENOTSUP, "KVM does not offer UMIP to guests here");
    else if (ioctl(probe->vm.vcpu_fd, KVM_SET_CPUID2, list) < 0)
        refused(error, "KVM_SET_CPUID2");
    else
        answer = 0;
    free(list);
    return answer < 0 ? -ENOTSUP : 0;
}

const struct atlas_provision provision_hyperv = {.vcpu = become_hyperv};
const struct atlas_provision provision_umip = {.vcpu = allow_umip};
