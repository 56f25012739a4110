/* Rows of the atlas: x86's sensitive instructions, the subject of Popek and Goldberg's theorem. */
#include "atlas/rows.h"

#define ANY 0xffffffffffffffffull
#define LOW 0xffffffffull
#define IF  0x200

#define CR0 0x80010033
#define CR4 0x20

/* The access rights and the limit that descriptors.c gives the selector ABI_SELECTOR_DATA3; lar
 * leaves four bits between the rights undefined (SDM vol. 2, LAR). */
#define RIGHTS_MASK 0xf0ff00
#define RIGHTS      0xc0f300
#define LIMIT       0xffffffff

#define SENSITIVE(label, asm_name, what, more)                                                     \
    .name = label, .group = ATLAS_SENSITIVE, .rings = ATLAS_BOTH,                                  \
    .guest = &atlas_guest_##asm_name, .provokes = what, .story = more
#define TELLS(at, bits, in_ring0, in_ring3)                                                        \
    .truth = &(const struct atlas_truth)                                                           \
    {                                                                                              \
        .offset = at, .mask = bits, .ring0 = in_ring0, .ring3 = in_ring3                           \
    }
#define SAME(at, bits, value) TELLS(at, bits, value, value)

#define UMIP_STORY                                                                                 \
    "With CR4.UMIP a CPU raises #GP outside of ring 0, which closes this leak for the guest's "    \
    "own "                                                                                         \
    "programs. "
#define WITH_UMIP .provision = &provision_umip

const struct atlas_row rows_sensitive[] = {
    {
        SENSITIVE("sgdt", sgdt, "sgdt: where is the GDT?",
                  "Behaviour-sensitive and not privileged: it tells any ring the address of the "
                  "table in force, the host's if no hardware keeps two apart."),
        SAME(2, ANY, ATLAS_GDT),
    },
    {
        SENSITIVE("sgdt-umip", sgdt, "sgdt, with CR4.UMIP", UMIP_STORY),
        SAME(2, ANY, ATLAS_GDT),
        WITH_UMIP,
    },
    {
        SENSITIVE("sidt", sidt, "sidt: where is the IDT?",
                  "As sgdt. Programs have found out that they are virtualized by this address."),
        SAME(2, ANY, ABI_BASE + ATLAS_IDT),
    },
    {
        SENSITIVE("sidt-umip", sidt, "sidt, with CR4.UMIP", UMIP_STORY),
        SAME(2, ANY, ABI_BASE + ATLAS_IDT),
        WITH_UMIP,
    },
    {
        SENSITIVE("sldt", sldt, "sldt: which LDT is loaded?",
                  "As sgdt. The right answer is 0, which a host without an LDT gives as well."),
        SAME(0, 0xffff, 0),
    },
    {
        SENSITIVE("sldt-umip", sldt, "sldt, with CR4.UMIP", UMIP_STORY),
        SAME(0, 0xffff, 0),
        WITH_UMIP,
    },
    {
        SENSITIVE("str", str, "str: which task register?",
                  "As sgdt. The guest's entry has loaded TR; a host has another selector there."),
        SAME(0, 0xffff, ABI_SELECTOR_TSS),
    },
    {
        SENSITIVE("str-umip", str, "str, with CR4.UMIP", UMIP_STORY),
        SAME(0, 0xffff, ABI_SELECTOR_TSS),
        WITH_UMIP,
    },
    {
        SENSITIVE("smsw", smsw, "smsw: what is in CR0?",
                  "A way to read CR0 that nobody guards, left over from the 80286; compare with "
                  "mov-from-cr0, which traps."),
        SAME(0, LOW, CR0),
    },
    {
        SENSITIVE("smsw-umip", smsw, "smsw, with CR4.UMIP", UMIP_STORY),
        SAME(0, LOW, CR0),
        WITH_UMIP,
    },
    {
        SENSITIVE("pushf", pushf, "pushf: are interrupts enabled?",
                  "A guest kernel moved to ring 3 would read the host's interrupt flag here, "
                  "where it has to see its own virtual one."),
        SAME(0, IF, IF),
    },
    {
        SENSITIVE("popf", popf, "popf that clears the interrupt flag",
                  "The popf problem: outside of ring 0 the CPU leaves IF as it is and tells "
                  "nobody, so that a kernel moved there believes that it has disabled "
                  "interrupts. Here the flag is read back; wrong means that it was not cleared."),
        SAME(0, IF, 0),
    },
    {
        SENSITIVE("lar", lar, "lar: the access rights of a segment",
                  "It looks into the GDT in force, and is told of the host's if that is the one."),
        SAME(0, RIGHTS_MASK, RIGHTS),
    },
    {
        SENSITIVE(
            "lsl", lsl, "lsl: the limit of a segment",
            "It answers from the GDT in force, as lar does: 4 GiB for the guest's data segment."),
        SAME(0, LOW, LIMIT),
    },
    {
        SENSITIVE("verr", verr, "verr: may a segment be read?",
                  "It answers by ZF, from the GDT in force: yes, for the guest's data segment."),
        SAME(0, LOW, 1),
    },
    {
        SENSITIVE("verw", verw, "verw: may a segment be written?",
                  "As verr. CPUs with a certain flaw clear buffers by it, too."),
        SAME(0, LOW, 1),
    },
    {
        SENSITIVE("mov-from-cs", mov_from_cs, "mov from cs: in which ring am I?",
                  "The low two bits are the ring: a kernel moved to ring 3 sees that it was. The "
                  "selector itself shows whose GDT is in force."),
        TELLS(0, 0xffff, ABI_SELECTOR_CODE0, ABI_SELECTOR_CODE3),
    },
    {
        SENSITIVE("mov-from-ss", mov_from_ss, "mov from ss: which stack segment?",
                  "As mov-from-cs: the selector shows the ring, and whose GDT is in force."),
        TELLS(0, 0xffff, ABI_SELECTOR_DATA0, ABI_SELECTOR_DATA3),
    },
    {
        SENSITIVE("mov-from-cr0", mov_from_cr0, "mov from cr0",
                  "Privileged. VT-x answers from a shadow that KVM sets, without an exit."),
        SAME(0, LOW, CR0),
    },
    {
        SENSITIVE("mov-to-cr0", mov_to_cr0, "mov to cr0, the same value",
                  "Privileged. Bits that belong to the host make it an exit."),
    },
    {SENSITIVE("mov-from-cr2", mov_from_cr2, "mov from cr2",
               "Privileged. The address of the last page fault, which is the guest's own only if "
               "its page faults are.")},
    {
        SENSITIVE("mov-from-cr3", mov_from_cr3, "mov from cr3",
                  "Privileged. With shadow page tables it has to be answered, with nested paging "
                  "the guest has the real one."),
        SAME(0, ANY, ABI_PAGE_TABLES),
    },
    {
        SENSITIVE("mov-to-cr3", mov_to_cr3, "mov to cr3, the same value",
                  "Privileged. With shadow page tables each change of address space is an exit; "
                  "with nested paging it costs a TLB."),
    },
    {
        SENSITIVE("mov-from-cr4", mov_from_cr4, "mov from cr4",
                  "Privileged. Answered from a shadow, as mov-from-cr0 is."),
        SAME(0, LOW, CR4),
    },
    {
        SENSITIVE("mov-from-cr8", mov_from_cr8, "mov from cr8: the task priority",
                  "Privileged. Part of the interrupt controller, which is KVM's or user space's."),
        SAME(0, ANY, 0),
    },
    {
        SENSITIVE("mov-from-dr7", mov_from_dr7, "mov from dr7",
                  "Privileged. KVM lends the debug registers to the guest at its first access."),
        SAME(0, LOW, 0x400),
    },
    {
        SENSITIVE("mov-to-dr7", mov_to_dr7, "mov to dr7, nothing armed",
                  "Privileged. What is armed here would trap in the guest alone; KVM lends the "
                  "registers, as for mov-from-dr7."),
    },
    {SENSITIVE("clts", clts, "clts",
               "Privileged. It clears CR0.TS, by which kernels put off saving the FPU's registers; "
               "a hypervisor may do the same behind the guest's back.")},
    {
        SENSITIVE("lmsw", lmsw, "lmsw, the same value", "Privileged, unlike smsw, its other half."),
    },
    {
        SENSITIVE("lgdt", lgdt, "lgdt, the table in force",
                  "Privileged. With VT-x and AMD-V the guest has a GDT register of its own."),
    },
    {SENSITIVE("lidt", lidt, "lidt, the table in force",
               "Privileged. With VT-x and AMD-V the guest has an IDT register of its own.")},
    {SENSITIVE("lldt", lldt, "lldt, none",
               "Privileged. With VT-x and AMD-V the guest has an LDT register of its own.")},
    {
        SENSITIVE("cli", cli, "cli, looked at by pushf",
                  "Privileged at IOPL 0, unlike popf. A guest's ring 0 may clear its own flag; the "
                  "host's interrupts are taken all the same."),
        SAME(0, IF, 0),
    },
    {SENSITIVE("sti", sti, "sti",
               "Privileged at IOPL 0. It opens the window that irq-window-sti waits for.")},
    {
        SENSITIVE("invlpg", invlpg, "invlpg",
                  "Privileged. With shadow page tables KVM has to forget a translation, too."),
    },
    {
        SENSITIVE("wbinvd", wbinvd, "wbinvd",
                  "Privileged. It would empty the caches of the whole machine."),
    },
    {
        SENSITIVE("invd", invd, "invd",
                  "Privileged. It would throw away what the host has in its caches, so that every "
                  "hypervisor has to intercept it."),
    },
    {
        SENSITIVE("rdtsc", rdtsc, "rdtsc: what time is it?",
                  "Not privileged unless CR4.TSD is set: time is a resource, and hardware adds an "
                  "offset for the guest."),
    },
    {
        SENSITIVE("rdpmc", rdpmc, "rdpmc: a performance counter",
                  "Privileged unless CR4.PCE is set."),
    },
    {
        SENSITIVE("xgetbv", xgetbv, "xgetbv, with CR4.OSXSAVE off",
                  "A CPU raises #UD as long as the guest has not enabled it; where it runs, the "
                  "host's setting is what it tells."),
    },
    {SENSITIVE("swapgs", swapgs, "swapgs",
               "Privileged. It exchanges the base of gs with an MSR, which kernels do at each "
               "entry; the guest has both for itself.")},
    {
        SENSITIVE("iretq", iretq, "iretq to the same ring",
                  "Not privileged, and control-sensitive in ring 0: it loads flags and segments."),
    },
    {0},
};
