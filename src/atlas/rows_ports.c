/* Rows of the atlas: port I/O, answered in user space, in the kernel, and forbidden. */
#include "atlas/rows.h"

#define PORT_STORY                                                                                 \
    "The plainest exit there is: KVM stops the guest, fills struct kvm_run (port, size, data) "    \
    "and returns KVM_EXIT_IO; the instruction completes at the next KVM_RUN. In ring 3 it needs "  \
    "IOPL 0 and a bit of the TSS's I/O bitmap. "

const struct atlas_row rows_ports[] = {
    {
        .name = "out8",
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_out8,
        .provokes = "out of 8 bits",
        .story = PORT_STORY "This is how a byte goes to a UART.",
    },
    {
        .name = "out16",
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_out16,
        .provokes = "out of 16 bits",
        .story = PORT_STORY "The size does not change the cost.",
    },
    {
        .name = "out32",
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_out32,
        .provokes = "out of 32 bits",
        .story = PORT_STORY "It is the doorbell of this VMM. Compare it with out32-coalesced and "
                            "out32-ioeventfd, where the kernel is what answers.",
    },
    {
        .name = "in8",
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_in8,
        .provokes = "in of 8 bits",
        .story = PORT_STORY "The data travels the other way: user space has to answer before the "
                            "guest can go on, so no in can be coalesced.",
    },
    {
        .name = "in16",
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_in16,
        .provokes = "in of 16 bits",
        .story = PORT_STORY "See in8.",
    },
    {
        .name = "in32",
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_in32,
        .provokes = "in of 32 bits",
        .story = PORT_STORY "Transport `words` reads its jobs by this, one word and one exit at a "
                            "time.",
    },
    {
        .name = "outs",
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_outs,
        .provokes = "rep outs of 32 words",
        .story = "A string instruction looks like one exit and is not: KVM hands out one item "
                 "after another, so the exits of one instruction are 32. Loading by rep ins and "
                 "storing by rep outs therefore cost very different times; compare with ins.",
    },
    {
        .name = "ins",
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_ins,
        .provokes = "rep ins of 32 words",
        .story = "KVM reads ahead: it asks user space for as many items as fit (run->io.count) in "
                 "one exit and feeds them to the instruction from its own buffer. One exit for 32 "
                 "words; compare with outs.",
    },
    {
        .name = "out-foreign",
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_out_foreign,
        .provokes = "out to a port that the I/O bitmap does not allow",
        .story = "In ring 3 the TSS's bitmap decides, before any hypervisor is asked: #GP in the "
                 "guest, and user space sees nothing. In ring 0 no bitmap applies and the VMM gets "
                 "the exit. It is why an engine of this guest can reach two ports and no others.",
    },
    {
        .name = "out32-coalesced",
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_out32,
        .provokes = "out of 32 bits to a coalesced port",
        .story = "KVM_REGISTER_COALESCED_MMIO with pio set: KVM writes port and data into a ring "
                 "that it shares with user space and goes on. User space sees an exit when the "
                 "ring is full, once in some 170. The same instruction as out32, the light way.",
        .capability = "KVM_CAP_COALESCED_PIO",
        .capability_number = KVM_CAP_COALESCED_PIO,
        .provision = &provision_coalesced_port,
    },
    {
        .name = "out32-ioeventfd",
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_out32,
        .provokes = "out of 32 bits to a port with an ioeventfd",
        .story = "KVM_IOEVENTFD: KVM adds 1 to an eventfd and goes on; somebody else, a thread or "
                 "vhost, wakes up. It is the doorbell of virtio. The same instruction as out32, "
                 "the lightest way.",
        .capability = "KVM_CAP_IOEVENTFD",
        .capability_number = KVM_CAP_IOEVENTFD,
        .provision = &provision_ioeventfd_port,
    },
    {0},
};
