/* What rows of the atlas need beyond a VM: capabilities, memory, breakpoints, states of their own.
 *
 * Each is one provision, named for what it gives; api.rst describes the call that it is made of.
 */
#ifndef ATLAS_PROVISIONS_H
#define ATLAS_PROVISIONS_H

#include <config.h>

#include "atlas/atlas.h"

/* Who takes an out or a store instead of the VMM: KVM_IOEVENTFD, KVM_REGISTER_COALESCED_MMIO. */
extern const struct atlas_provision provision_ioeventfd_port;
extern const struct atlas_provision provision_ioeventfd_memory;
extern const struct atlas_provision provision_coalesced_port;
extern const struct atlas_provision provision_coalesced_memory;

/* Memory behind the target: KVM_SET_USER_MEMORY_REGION. */
extern const struct atlas_provision provision_memory;     /* ordinary, there already */
extern const struct atlas_provision provision_read_only;  /* KVM_MEM_READONLY */
extern const struct atlas_provision provision_unbacked;   /* the host has nothing there */
extern const struct atlas_provision provision_cold;       /* 4 KiB pages, given back each time */
extern const struct atlas_provision provision_prefaulted; /* the same, but faulted in again */
extern const struct atlas_provision provision_huge_cold;  /* one page of 2 MiB */
extern const struct atlas_provision provision_huge;       /* the same, faulted in again */
extern const struct atlas_provision provision_dirty_log;  /* KVM_MEM_LOG_DIRTY_PAGES */
extern const struct atlas_provision provision_dirty_ring; /* KVM_CAP_DIRTY_LOG_RING */
/* The same log, with KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2 fetched and cleared by a call each. */
extern const struct atlas_provision provision_dirty_log_manual;

/* Calls about it: fetched; fetched where that clears nothing; cleared, KVM_CLEAR_DIRTY_LOG. */
extern const struct atlas_provision provision_get_log;
extern const struct atlas_provision provision_get_log_manual;
extern const struct atlas_provision provision_clear_log;

/* Calls that take and set the state of the vCPU: by a call for each part; and what struct kvm_run
 * has of it by one KVM_RUN. */
extern const struct atlas_provision provision_get_state;
extern const struct atlas_provision provision_set_state;
extern const struct atlas_provision provision_get_state_synced;

/* KVM_SET_GUEST_DEBUG. */
extern const struct atlas_provision provision_step;
extern const struct atlas_provision provision_hardware_breakpoint;
extern const struct atlas_provision provision_software_breakpoint;

/* Signals and interrupts: api.rst on struct kvm_run. */
extern const struct atlas_provision provision_immediate_exit;
extern const struct atlas_provision provision_signal;
extern const struct atlas_provision provision_interrupt_window;

/* States of the vCPU that cannot go on. */
extern const struct atlas_provision provision_no_idt;
extern const struct atlas_provision provision_invalid_state;

/* KVM_ENABLE_CAP, each with the capability of its name. */
extern const struct atlas_provision provision_emulation_failure;
extern const struct atlas_provision provision_user_msr;
extern const struct atlas_provision provision_user_hypercall;
extern const struct atlas_provision provision_bus_lock;
extern const struct atlas_provision provision_apic; /* KVM_CAP_SPLIT_IRQCHIP */
#if HAVE_DECL_KVM_EXIT_NOTIFY
extern const struct atlas_provision provision_notify;
#endif

/* KVM_SET_CPUID2: Hyper-V's leaves, and CR4.UMIP. */
extern const struct atlas_provision provision_hyperv;
extern const struct atlas_provision provision_umip;

#endif
