/* Rows of the atlas: faults and traps, which the guest's own ring 0 takes. */
#include "atlas/rows.h"

#define TRAP_STORY                                                                                 \
    "The cost is that of the way from the guest's ring to its ring 0 and back by iretq, with a "   \
    "handler of eight instructions. "

const struct atlas_row rows_traps[] = {
    {
        .name = "int3",
        .group = ATLAS_TRAPS,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_int3,
        .flags = ATLAS_TRAP,
        .provokes = "int3",
        .story = TRAP_STORY "#BP, vector 3. With hardware virtualization no hypervisor takes part.",
    },
    {
        .name = "int80",
        .group = ATLAS_TRAPS,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_int80,
        .flags = ATLAS_TRAP,
        .provokes = "int 0x80",
        .story = TRAP_STORY "The gate of vector 0x80 is there and allows ring 3; another vector "
                            "or no delivery at all is a gap in the virtualization.",
    },
    {
        .name = "icebp",
        .group = ATLAS_TRAPS,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_icebp,
        .flags = ATLAS_TRAP,
        .provokes = "icebp (int1, opcode f1)",
        .story = TRAP_STORY "#DB as from a debugging tool; a hypervisor that intercepts #DB has "
                            "to tell it from a breakpoint. If it returns to itself, a "
                            "handler that does nothing hangs.",
    },
    {
        .name = "ud2",
        .group = ATLAS_TRAPS,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_ud2,
        .provokes = "ud2",
        .story = TRAP_STORY "#UD. KVM intercepts it for its own sake, to patch or emulate, and "
                            "then has to inject it.",
    },
    {
        .name = "divide",
        .group = ATLAS_TRAPS,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_divide,
        .provokes = "division by zero",
        .story = TRAP_STORY "#DE.",
    },
    {
        .name = "page-fault",
        .group = ATLAS_TRAPS,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_load,
        .provokes = "load from a page that the guest has not mapped",
        .story = TRAP_STORY "#PF. With nested paging it is the guest's own business; with shadow "
                            "page tables KVM has to find out whose fault it is. Compare with "
                            "mmio-read, where the guest has mapped it and KVM has not.",
        .flags = ATLAS_UNMAPPED,
    },
    {
        .name = "syscall",
        .group = ATLAS_TRAPS,
        .rings = ATLAS_RING_3,
        .guest = &atlas_guest_syscall,
        .provokes = "syscall, with EFER.SCE off",
        .story = TRAP_STORY "Without EFER.SCE there is no system call and #UD is what a CPU "
                            "raises. A page fault shows that it went to the address in LSTAR, "
                            "which is 0 here, and still in ring 3.",
    },
    {0},
};
