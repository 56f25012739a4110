/* The second way to boot the image: by the PVH protocol, in a machine without our VMM.
 *
 * QEMU and other loaders that know the protocol place the image by its physical addresses and enter
 * it at the address in a Xen note. Everything runs in ring 0 there; an initial RAM disk is the job,
 * the result goes to the debug port. Assembler files see the constants alone.
 */
#ifndef GUEST_PVH_H
#define GUEST_PVH_H

#include "guest/abi.h"

/* Where ABI_BASE is in physical memory, and how much is mapped there before it begins again, which
 * makes ABI_CACHE_EXEC the pages of ABI_CACHE. */
#define PVH_LOAD   0x200000
#define PVH_MEMORY 0x100000

#define PVH_NOTE_NAME "Xen"
#define PVH_NOTE_TYPE 18 /* XEN_ELFNOTE_PHYS32_ENTRY of Xen's elfnote.h */

#define PVH_PORT_TEXT 0xe9 /* 8 bits: isa-debugcon */
#define PVH_PORT_EXIT 0xf4 /* 32 bits: isa-debug-exit, which ends QEMU with 2 * value + 1 */

#define PVH_EXIT_DONE   1
#define PVH_EXIT_NO_JOB 2

#ifndef __ASSEMBLER__

/* The initial RAM disk. Without its last part, engine `static` has nothing translated. */
struct pvh_module {
    struct abi_job job;
    uint8_t pages[ABI_STATIC_SIZE] /* what is to be at ABI_STATIC */
        __attribute__((aligned(8)));
};

_Static_assert(sizeof(struct pvh_module) == sizeof(struct abi_job) + ABI_STATIC_SIZE, "no padding");
_Static_assert(ABI_RING <= PVH_MEMORY, "all of it is mapped but the ring, which is not used");
_Static_assert(ABI_CACHE_EXEC == PVH_MEMORY + ABI_CACHE, "ABI_CACHE once more");

#endif
#endif
