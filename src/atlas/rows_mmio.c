/* Rows of the atlas: memory that is not there, or not for writing. */
#include "atlas/rows.h"

const struct atlas_row rows_mmio[] = {
    {
        .name = "mmio-write",
        .group = ATLAS_MMIO,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_store,
        .provokes = "store to an address without a memslot",
        .story = "The guest's page table maps the page, KVM has no memory for it: KVM decodes the "
                 "instruction with its emulator, which has to fetch its bytes through the guest's "
                 "page tables, and returns KVM_EXIT_MMIO with address and data. That decoding is "
                 "what makes it dearer than an out.",
    },
    {
        .name = "mmio-read",
        .group = ATLAS_MMIO,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_load,
        .provokes = "load from an address without a memslot",
        .story = "As mmio-write, but user space supplies the data and KVM writes the register when "
                 "the vCPU is run again.",
    },
    {
        .name = "mmio-coalesced",
        .group = ATLAS_MMIO,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_store,
        .provokes = "store to a coalesced address",
        .story = "KVM_REGISTER_COALESCED_MMIO: the store is decoded as in mmio-write, then only "
                 "noted in the shared ring. Graphics cards' registers are served so.",
        .capability = "KVM_CAP_COALESCED_MMIO",
        .capability_number = KVM_CAP_COALESCED_MMIO,
        .provision = &provision_coalesced_memory,
    },
    {
        .name = "mmio-ioeventfd",
        .group = ATLAS_MMIO,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_store,
        .provokes = "store to an address with an ioeventfd",
        .story = "KVM_IOEVENTFD on memory: KVM adds 1 to an eventfd instead of leaving. Compare "
                 "with mmio-write and mmio-coalesced: one instruction, three ways to answer.",
        .capability = "KVM_CAP_IOEVENTFD",
        .capability_number = KVM_CAP_IOEVENTFD,
        .provision = &provision_ioeventfd_memory,
    },
    {
        .name = "rom-write",
        .group = ATLAS_MMIO,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_store,
        .provokes = "store to a read-only memslot",
        .story = "KVM_MEM_READONLY: loads go to memory at full speed, a store becomes "
                 "KVM_EXIT_MMIO. Flash chips are emulated so: commands are stores, data are loads.",
        .capability = "KVM_CAP_READONLY_MEM",
        .capability_number = KVM_CAP_READONLY_MEM,
        .provision = &provision_read_only,
    },
    {
        .name = "rom-read",
        .group = ATLAS_MMIO,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_load,
        .provokes = "load from a read-only memslot",
        .story = "The other half of rom-write: nothing leaves, since the page is mapped.",
        .capability = "KVM_CAP_READONLY_MEM",
        .capability_number = KVM_CAP_READONLY_MEM,
        .provision = &provision_read_only,
    },
    {
        .name = "internal-error",
        .group = ATLAS_MMIO,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_store_unknown,
        .provokes = "an instruction on MMIO that KVM's emulator does not know",
        .story = "paddb adds eight bytes, and KVM's emulator, which has to obey what touches "
                 "MMIO, does not know it. With KVM_CAP_EXIT_ON_EMULATION_FAILURE this is "
                 "KVM_EXIT_INTERNAL_ERROR and brings the instruction's bytes along; without it a "
                 "guest in ring 3 would get #UD. There is no way on from it.",
        .capability = "KVM_CAP_EXIT_ON_EMULATION_FAILURE",
        .capability_number = KVM_CAP_EXIT_ON_EMULATION_FAILURE,
        .flags = ATLAS_FRESH,
        .provision = &provision_emulation_failure,
    },
#if HAVE_DECL_KVM_EXIT_MEMORY_FAULT
    {
        .name = "memory-fault",
        .group = ATLAS_MMIO,
        .rings = ATLAS_BOTH,
        .guest = &atlas_guest_load,
        .provokes = "load from a memslot behind which the host has no memory",
        .story = "The memslot's user-space address is not accessible, so KVM_RUN fails with "
                 "EFAULT. A kernel that knows KVM_EXIT_MEMORY_FAULT leaves that as its reason, "
                 "with address and size; with guest_memfd it also means a page of the wrong kind.",
        .flags = ATLAS_FRESH,
        .provision = &provision_unbacked,
    },
#endif
    {0},
};
