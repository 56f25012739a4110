/* Provisions that take the state of the vCPU and set it again. */
#include <linux/kvm.h>
#include <sys/ioctl.h>

#include "atlas/probe.h"
#include "atlas/provisions.h"
#include "vmm/kvm.h"

#define TSS_AVAILABLE 9
#define TSS_BUSY      11

#define SYNCED (KVM_SYNC_X86_REGS | KVM_SYNC_X86_SREGS | KVM_SYNC_X86_EVENTS)

/* What was taken last. */
static struct {
    struct kvm_regs regs;
    struct kvm_sregs sregs;
    uint32_t xsave[1024]; /* struct kvm_xsave */
    struct kvm_xcrs xcrs;
    struct kvm_debugregs debugregs;
    struct kvm_vcpu_events events;
} state;

/* A processor without XSAVE has no XCR0. */
static void get_extended(struct atlas_probe *probe)
{
    const int vcpu_fd = probe->vm.vcpu_fd;

    probe_note(probe, ioctl(vcpu_fd, KVM_GET_XSAVE, state.xsave));
    if (ioctl(vcpu_fd, KVM_GET_XCRS, &state.xcrs) < 0)
        state.xcrs.nr_xcrs = 0;
    probe_note(probe, ioctl(vcpu_fd, KVM_GET_DEBUGREGS, &state.debugregs));
}

static void get_state(struct atlas_probe *probe)
{
    const int vcpu_fd = probe->vm.vcpu_fd;

    probe_note(probe, ioctl(vcpu_fd, KVM_GET_REGS, &state.regs));
    probe_note(probe, ioctl(vcpu_fd, KVM_GET_SREGS, &state.sregs));
    probe_note(probe, ioctl(vcpu_fd, KVM_GET_VCPU_EVENTS, &state.events));
    get_extended(probe);
}

static void get_synced(struct atlas_probe *probe)
{
    struct kvm_run *run = probe->vm.run;
    const uint64_t before = run->kvm_valid_regs;

    run->kvm_valid_regs = SYNCED;
    probe_complete(probe);
    run->kvm_valid_regs = before;
    get_extended(probe);
}

/* snapshot.c says why TR is of another type. */
static void take(struct atlas_probe *probe)
{
    probe_complete(probe);
    get_state(probe);
    state.sregs.tr.type = kvm_kind() == KVM_KIND_VT_X ? TSS_BUSY : TSS_AVAILABLE;
}

static void set_state(struct atlas_probe *probe)
{
    const int vcpu_fd = probe->vm.vcpu_fd;

    probe_note(probe, ioctl(vcpu_fd, KVM_SET_XSAVE, state.xsave));
    if (state.xcrs.nr_xcrs)
        probe_note(probe, ioctl(vcpu_fd, KVM_SET_XCRS, &state.xcrs));
    probe_note(probe, ioctl(vcpu_fd, KVM_SET_DEBUGREGS, &state.debugregs));
    probe_note(probe, ioctl(vcpu_fd, KVM_SET_SREGS, &state.sregs));
    probe_note(probe, ioctl(vcpu_fd, KVM_SET_REGS, &state.regs));
    probe_note(probe, ioctl(vcpu_fd, KVM_SET_VCPU_EVENTS, &state.events));
}

const struct atlas_provision provision_get_state = {.call = get_state};
const struct atlas_provision provision_get_state_synced = {.call = get_synced};
const struct atlas_provision provision_set_state = {.sample = take, .call = set_state};
