/* Rows of the atlas: instructions and states of the CPU that end in the kernel or in user space. */
#include "atlas/rows.h"

#include "vmm/kvm.h"

#define HYPERCALL_STORY                                                                            \
    "A hypercall is a call to the kernel below: KVM answers in rax, and a number that it does "    \
    "not "                                                                                         \
    "know gets -KVM_ENOSYS. Intel's instruction is vmcall, AMD's vmmcall; KVM may patch the one "  \
    "of the other maker in the guest's code, if that can be written. "
#define HYPERCALL_USER_STORY                                                                       \
    "KVM_HC_MAP_GPA_RANGE is passed on to user space, once KVM_CAP_EXIT_HYPERCALL asks for it: "   \
    "KVM_EXIT_HYPERCALL. "
#define SLEEPING_STORY                                                                             \
    "The signal is the watchdog's, the time is from its being due to KVM_RUN's return. "

const struct atlas_row rows_cpu[] = {
    {
        .name = ATLAS_NOTHING,
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_nothing,
        .provokes = "nothing: the loop that is around all others",
        .story = "Two instructions, dec and jnz. What they cost has been taken off the cost of all "
                 "other rows, and shows at once whether code of this ring runs natively.",
    },
    {
        .name = "hlt",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_hlt,
        .provokes = "hlt",
        .story = "Without an interrupt controller in the kernel, waiting for an interrupt is user "
                 "space's business: KVM_EXIT_HLT. In ring 3 hlt is a privileged instruction: #GP.",
    },
    {
        .name = "shutdown",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_ud2,
        .provokes = "ud2 with an empty IDT: a triple fault",
        .story = "#UD finds no gate, #GP finds none, the double fault finds none: the CPU gives up "
                 "and KVM returns KVM_EXIT_SHUTDOWN. On AMD the registers are lost by then, which "
                 "is why a guest of this VMM reports its faults itself, before it comes to this.",
        .flags = ATLAS_FRESH,
        .provision = &provision_no_idt,
    },
    {
        .name = "debug-step",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_step,
        .provokes = "any instruction, under KVM_GUESTDBG_SINGLESTEP",
        .story = "KVM sets TF behind the guest's back and turns the #DB into KVM_EXIT_DEBUG.",
        .capability = "KVM_CAP_SET_GUEST_DEBUG",
        .capability_number = KVM_CAP_SET_GUEST_DEBUG,
        .flags = ATLAS_FRESH,
        .provision = &provision_step,
    },
    {
        .name = "debug-hardware",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_step,
        .provokes = "an instruction at which a hardware breakpoint is set",
        .story = "User space lends the guest its own DR0 to DR7 (KVM_GUESTDBG_USE_HW_BP). Where it "
                 "does not fire, nothing stops the guest.",
        .capability = "KVM_CAP_SET_GUEST_DEBUG",
        .capability_number = KVM_CAP_SET_GUEST_DEBUG,
        .flags = ATLAS_FRESH,
        .provision = &provision_hardware_breakpoint,
    },
    {
        .name = "debug-software",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_int3,
        .provokes = "int3, under KVM_GUESTDBG_USE_SW_BP",
        .story = "User space has put an int3 into the guest's code and wants its #BP for itself; "
                 "compare with int3, where the guest gets it.",
        .capability = "KVM_CAP_SET_GUEST_DEBUG",
        .capability_number = KVM_CAP_SET_GUEST_DEBUG,
        .flags = ATLAS_FRESH,
        .provision = &provision_software_breakpoint,
    },
    {
        .name = "immediate-exit",
        .group = ATLAS_CPU,
        .rings = ATLAS_RING_3,
        .guest = &atlas_guest_endless,
        .provokes = "nothing: run->immediate_exit is set",
        .story = "KVM_RUN returns EINTR before it enters the guest: what the way into the kernel "
                 "and back costs without a world switch. Together with a signal it closes the gap "
                 "between looking at a flag and entering the guest.",
        .capability = "KVM_CAP_IMMEDIATE_EXIT",
        .capability_number = KVM_CAP_IMMEDIATE_EXIT,
        .flags = ATLAS_FRESH | ATLAS_KICKED,
        .provision = &provision_immediate_exit,
    },
    {
        .name = "intr",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_endless,
        .provokes = "an endless loop, and a signal to the VMM",
        .story = "KVM_EXIT_INTR with EINTR: what every time limit rests on. " SLEEPING_STORY
                 "The exit reason means nothing after EINTR, so it is not read.",
        .flags = ATLAS_FRESH | ATLAS_KICKED,
        .provision = &provision_signal,
    },
    {
        .name = "irq-window",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_endless,
        .provokes = "an endless loop, while user space waits for interrupts to be open",
        .story = "With run->request_interrupt_window set, KVM leaves as soon as the guest could "
                 "take an interrupt, here at once (or, where "
                 "KVM does not look before, at the next exit): KVM_EXIT_IRQ_WINDOW_OPEN. A VMM "
                 "with its own "
                 "interrupt controller injects then.",
        .flags = ATLAS_FRESH,
        .provision = &provision_interrupt_window,
    },
    {
        .name = "irq-window-sti",
        .group = ATLAS_CPU,
        .rings = ATLAS_RING_0,
        .guest = &atlas_guest_window,
        .provokes = "sti, while user space waits for interrupts to be open",
        .story = "As irq-window, in a guest that opens them for one instruction only (behind sti "
                 "they stay closed for another one). A KVM that emulates ring 0 several "
                 "instructions at a time may miss it.",
        .flags = ATLAS_ONE_PASS,
        .provision = &provision_interrupt_window,
    },
    {
        .name = "set-tpr",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_set_tpr,
        .provokes = "mov to cr8 that lowers the task priority",
        .story = "Without an interrupt controller in the kernel, a lower priority may let an "
                 "interrupt through that user space holds back: KVM_EXIT_SET_TPR.",
    },
    {
        .name = "fail-entry",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_step,
        .provokes = "a code segment that is both of 64 and of 32 bits",
        .story = "State that no CPU can have. Where the hardware checks it at VM entry, KVM_RUN "
                 "returns KVM_EXIT_FAIL_ENTRY with the hardware's reason; KVM may refuse such "
                 "registers earlier, or never look.",
        .flags = ATLAS_FRESH,
        .provision = &provision_invalid_state,
    },
    {
        .name = "cpuid",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_cpuid,
        .provokes = "cpuid",
        .story = "VT-x exits at every cpuid, AMD-V if asked to; KVM answers from the table of "
                 "KVM_SET_CPUID2 and never asks user space. It is the usual yardstick for a light "
                 "exit: compare with out32 for a heavy one. Where it runs natively, the guest is "
                 "told what the host's CPU is.",
    },
    {
        .name = "rdmsr",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_rdmsr_known,
        .provokes = "rdmsr of IA32_APIC_BASE",
        .story = "KVM keeps this MSR for the guest and answers in the kernel.",
    },
    {
        .name = "rdmsr-unknown",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_rdmsr_unknown,
        .provokes = "rdmsr of an MSR that nobody has",
        .story = "KVM injects the #GP that a CPU would raise; with rdmsr-user, user space is asked "
                 "before.",
    },
    {
        .name = "rdmsr-user",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_rdmsr_unknown,
        .provokes = "rdmsr of an MSR that user space answers for",
        .story = "KVM_CAP_X86_USER_SPACE_MSR turns the #GP of rdmsr-unknown into "
                 "KVM_EXIT_X86_RDMSR. The heavy twin of rdmsr.",
        .capability = "KVM_CAP_X86_USER_SPACE_MSR",
        .capability_number = KVM_CAP_X86_USER_SPACE_MSR,
        .provision = &provision_user_msr,
    },
    {
        .name = "wrmsr",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_wrmsr_known,
        .provokes = "wrmsr of IA32_BIOS_SIGN_ID",
        .story = "KVM takes the write and ignores it, in the kernel.",
    },
    {
        .name = "wrmsr-user",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_wrmsr_unknown,
        .provokes = "wrmsr of an MSR that user space answers for",
        .story = "KVM_EXIT_X86_WRMSR: see rdmsr-user. The heavy twin of wrmsr.",
        .capability = "KVM_CAP_X86_USER_SPACE_MSR",
        .capability_number = KVM_CAP_X86_USER_SPACE_MSR,
        .provision = &provision_user_msr,
    },
    {
        .name = "vmcall",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_vmcall,
        .provokes = "vmcall, a hypercall that KVM answers",
        .flags = ATLAS_PATCHABLE,
        .story = HYPERCALL_STORY,
    },
    {
        .name = "vmmcall",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_vmmcall,
        .provokes = "vmmcall, a hypercall that KVM answers",
        .flags = ATLAS_PATCHABLE,
        .story = HYPERCALL_STORY,
    },
    {
        .name = "vmcall-user",
        .group = ATLAS_CPU,
        .rings = ATLAS_RING_0,
        .guest = &atlas_guest_vmcall_user,
        .provokes = "vmcall, a hypercall that user space answers",
        .story = HYPERCALL_USER_STORY "The heavy twin of vmcall.",
        .capability = "KVM_CAP_EXIT_HYPERCALL",
        .capability_number = KVM_CAP_EXIT_HYPERCALL,
        .capability_mask = 1u << ATLAS_HYPERCALL_USER,
        .flags = ATLAS_PATCHABLE,
        .provision = &provision_user_hypercall,
    },
    {
        .name = "vmmcall-user",
        .group = ATLAS_CPU,
        .rings = ATLAS_RING_0,
        .guest = &atlas_guest_vmmcall_user,
        .provokes = "vmmcall, a hypercall that user space answers",
        .story = HYPERCALL_USER_STORY "The heavy twin of vmmcall.",
        .capability = "KVM_CAP_EXIT_HYPERCALL",
        .capability_number = KVM_CAP_EXIT_HYPERCALL,
        .capability_mask = 1u << ATLAS_HYPERCALL_USER,
        .flags = ATLAS_PATCHABLE,
        .provision = &provision_user_hypercall,
    },
    {
        .name = "system-event",
        .group = ATLAS_CPU,
        .rings = ATLAS_RING_0,
        .guest = &atlas_guest_crash,
        .provokes = "wrmsr of Hyper-V's crash control",
        .story = "A Windows guest says in an MSR that it has crashed, once CPUID makes it believe "
                 "in Hyper-V; KVM passes it on as KVM_EXIT_SYSTEM_EVENT of type crash.",
        .capability = "KVM_CAP_HYPERV",
        .capability_number = KVM_CAP_HYPERV,
        .provision = &provision_hyperv,
    },
    {
        .name = "bus-lock",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_split_lock,
        .provokes = "a locked increment across two cache lines",
        .story = "It locks the bus for everybody on the machine; a CPU that detects it can exit "
                 "afterwards: KVM_EXIT_X86_BUS_LOCK.",
        .capability = "KVM_CAP_X86_BUS_LOCK_EXIT",
        .capability_number = KVM_CAP_X86_BUS_LOCK_EXIT,
        .provision = &provision_bus_lock,
    },
#if HAVE_DECL_KVM_EXIT_NOTIFY
    {
        .name = "notify",
        .group = ATLAS_CPU,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_divide,
        .provokes = "faults in a row, with the shortest notify window armed",
        .story = "A CPU with this exit leaves a guest that lets no interrupt in for a whole "
                 "window, as endless faults in delivering a fault would. KVM intercepts the known "
                 "ways to get there, so the window normally stays armed in vain, and what is seen "
                 "are the guest's own faults.",
        .capability = "KVM_CAP_X86_NOTIFY_VMEXIT",
        .capability_number = KVM_CAP_X86_NOTIFY_VMEXIT,
        .provision = &provision_notify,
    },
#endif
    {0},
};
