/* The rows of the atlas: what there is to run, why, and what it needs. */
#ifndef ATLAS_ROWS_H
#define ATLAS_ROWS_H

#include <config.h>

#include <linux/kvm.h>

#include "atlas/atlas.h"
#include "atlas/provisions.h"

#define ATLAS_BOTH (ATLAS_RING_0 | ATLAS_RING_3)

/* One table for each group; the row behind the last has no name. */
extern const struct atlas_row rows_ports[];
extern const struct atlas_row rows_mmio[];
extern const struct atlas_row rows_cpu[];
extern const struct atlas_row rows_traps[];
extern const struct atlas_row rows_memory[];
extern const struct atlas_row rows_sensitive[];

/* Guests, by the names that the assembler files give them. */
extern const struct atlas_guest atlas_guest_nothing, atlas_guest_out8, atlas_guest_out16,
    atlas_guest_out32, atlas_guest_in8, atlas_guest_in16, atlas_guest_in32, atlas_guest_outs,
    atlas_guest_ins, atlas_guest_out_foreign, atlas_guest_store, atlas_guest_load,
    atlas_guest_store_unknown, atlas_guest_touch, atlas_guest_hlt, atlas_guest_step,
    atlas_guest_endless, atlas_guest_window, atlas_guest_set_tpr, atlas_guest_cpuid,
    atlas_guest_rdmsr_known, atlas_guest_rdmsr_unknown, atlas_guest_wrmsr_known,
    atlas_guest_wrmsr_unknown, atlas_guest_crash, atlas_guest_vmcall, atlas_guest_vmmcall,
    atlas_guest_vmcall_user, atlas_guest_vmmcall_user, atlas_guest_split_lock, atlas_guest_int3,
    atlas_guest_int80, atlas_guest_icebp, atlas_guest_ud2, atlas_guest_divide, atlas_guest_syscall;

extern const struct atlas_guest atlas_guest_sgdt, atlas_guest_sidt, atlas_guest_sldt,
    atlas_guest_str, atlas_guest_smsw, atlas_guest_pushf, atlas_guest_popf, atlas_guest_lar,
    atlas_guest_lsl, atlas_guest_verr, atlas_guest_verw, atlas_guest_mov_from_cs,
    atlas_guest_mov_from_ss, atlas_guest_mov_from_cr0, atlas_guest_mov_to_cr0,
    atlas_guest_mov_from_cr2, atlas_guest_mov_from_cr3, atlas_guest_mov_to_cr3,
    atlas_guest_mov_from_cr4, atlas_guest_mov_from_cr8, atlas_guest_mov_from_dr7,
    atlas_guest_mov_to_dr7, atlas_guest_clts, atlas_guest_lmsw, atlas_guest_lgdt, atlas_guest_lidt,
    atlas_guest_lldt, atlas_guest_cli, atlas_guest_sti, atlas_guest_invlpg, atlas_guest_wbinvd,
    atlas_guest_invd, atlas_guest_rdtsc, atlas_guest_rdpmc, atlas_guest_xgetbv, atlas_guest_swapgs,
    atlas_guest_iretq;

#endif
