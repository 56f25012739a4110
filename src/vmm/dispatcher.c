/* The dispatcher: enters the guest and sends each exit to the routine for its reason. */
#include "vmm/dispatcher.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/clock.h"
#include "vmm/ports.h"
#include "vmm/watchdog.h"

static int serve_mmio(struct vm *vm, struct error *error)
{
    const struct kvm_run *run = vm->run;

    return error_set(error, STATUS_GUEST, EPROTO,
                     "broken guest: %s %u bytes at guest-physical 0x%llx, where there is no memory",
                     run->mmio.is_write ? "wrote" : "read", (unsigned)run->mmio.len,
                     (unsigned long long)run->mmio.phys_addr);
}

static int serve_hlt(struct vm *vm, struct error *error)
{
    (void)vm;
    return error_set(error, STATUS_GUEST, EPROTO,
                     "broken guest: halted (KVM_EXIT_HLT) instead of handing over a result");
}

static int serve_shutdown(struct vm *vm, struct error *error)
{
    (void)vm;
    return error_set(error, STATUS_GUEST, EPROTO,
                     "guest fault: triple fault (KVM_EXIT_SHUTDOWN): a fault while it reported a "
                     "fault");
}

static int serve_fail_entry(struct vm *vm, struct error *error)
{
    const struct kvm_run *run = vm->run;

    return error_set(error, STATUS_INTERNAL, EPROTO,
                     "KVM could not enter the guest (KVM_EXIT_FAIL_ENTRY): hardware reason 0x%llx "
                     "on CPU %u",
                     (unsigned long long)run->fail_entry.hardware_entry_failure_reason,
                     (unsigned)run->fail_entry.cpu);
}

/* api.rst, KVM_EXIT_INTERNAL_ERROR and emulation_failure. */
static int serve_internal_error(struct vm *vm, struct error *error)
{
    static const char *const names[] = {
        [KVM_INTERNAL_ERROR_EMULATION] = "could not emulate an instruction",
        [KVM_INTERNAL_ERROR_SIMUL_EX] = "two exceptions at once",
        [KVM_INTERNAL_ERROR_DELIVERY_EV] = "could not deliver an event",
        [KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON] = "unexpected exit reason",
    };
    const struct kvm_run *run = vm->run;
    const uint32_t kind = run->internal.suberror;
    const char *name = kind < sizeof(names) / sizeof(names[0]) ? names[kind] : NULL;
    uint32_t words = run->internal.ndata;

    error_set(error, STATUS_GUEST, EPROTO,
              "the guest did what KVM cannot do (KVM_EXIT_INTERNAL_ERROR): %s (%u)",
              name ? name : "unknown", (unsigned)kind);
    if (words > sizeof(run->internal.data) / sizeof(run->internal.data[0]))
        words = sizeof(run->internal.data) / sizeof(run->internal.data[0]);
    if (kind == KVM_INTERNAL_ERROR_EMULATION && words >= 3 &&
        (run->emulation_failure.flags & KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES)) {
        const uint8_t size = run->emulation_failure.insn_size;

        error_add(error, "; instruction bytes");
        for (unsigned i = 0; i < size && i < sizeof(run->emulation_failure.insn_bytes); i++)
            error_add(error, " %02x", run->emulation_failure.insn_bytes[i]);
    } else {
        for (uint32_t i = 0; i < words; i++)
            error_add(error, "%s 0x%llx", i ? "," : "; data",
                      (unsigned long long)run->internal.data[i]);
    }
    return -EPROTO;
}

static int serve_unexpected(struct vm *vm, struct error *error)
{
    const uint32_t reason = vm->run->exit_reason;
    const char *name = exits_reason_name(reason);

    if (name)
        return error_set(error, STATUS_GUEST, EPROTO,
                         "broken guest: left guest mode by KVM_EXIT_%s (%u), which it has no "
                         "business to",
                         name, (unsigned)reason);
    return error_set(error, STATUS_GUEST, EPROTO,
                     "the guest left guest mode by an exit that this program has no name for: "
                     "KVM_EXIT %u",
                     (unsigned)reason);
}

/* The table from exit reason to routine. */
static int (*const serve[])(struct vm *vm, struct error *error) = {
    [KVM_EXIT_IO] = ports_serve,
    [KVM_EXIT_MMIO] = serve_mmio,
    [KVM_EXIT_HLT] = serve_hlt,
    [KVM_EXIT_SHUTDOWN] = serve_shutdown,
    [KVM_EXIT_FAIL_ENTRY] = serve_fail_entry,
    [KVM_EXIT_INTERNAL_ERROR] = serve_internal_error,
};

int dispatcher_serve(struct vm *vm, struct error *error)
{
    const uint32_t reason = vm->run->exit_reason;

    vm->exits.total++;
    vm->exits.by_reason[reason < EXITS_REASONS ? reason : EXITS_REASONS]++;
    if (reason < sizeof(serve) / sizeof(serve[0]) && serve[reason])
        return serve[reason](vm, error);
    return serve_unexpected(vm, error);
}

/* A signal ended KVM_RUN, or kept it from starting; exit_reason means nothing then. */
static int interrupted(struct vm *vm, struct error *error)
{
    vm->exits.interrupted++;
    if (watchdog_expired())
        return error_set(error, STATUS_TIMEOUT, ETIME, "time limit reached");
    return 0;
}

/* Tells the observer of the exit that has just been served. */
static void observe(struct vm *vm, bool was_interrupted, uint64_t entered, uint64_t left,
                    uint64_t served, uint32_t had_jobs)
{
    struct record record = {
        .entered = entered,
        .left = left,
        .served = served,
        .rip = vm->run->s.regs.regs.rip,
        .has_job = had_jobs > 0,
    };

    if (had_jobs) {
        record.job = vm->transport.jobs[0].id;
        record.has_line = vm->transport.outstanding == 0;
        record.line = vm->transport.results[had_jobs - 1].state.ci;
    }

    if (was_interrupted)
        record.reason = RECORD_INTERRUPTED;
    else
        record_fill(&record, vm->run);
    vm->observer->exit(vm->observer->context, vm, &record);
}

int dispatcher_run(struct vm *vm, struct error *error)
{
    uint64_t entered = clock_now();
    int result = 0;

    while (result == 0) {
        const uint32_t had_jobs = vm->transport.outstanding;
        const int answer = ioctl(vm->vcpu_fd, KVM_RUN, 0);
        const int code = errno;
        const bool by_signal = answer < 0 ? code == EINTR || code == EAGAIN : watchdog_expired();
        const uint64_t left = clock_now();
        uint64_t served;

        *(vm->transport.booted ? &vm->exits.guest_ns : &vm->exits.boot_ns) += left - entered;
        if (by_signal)
            result = interrupted(vm, error);
        else if (answer == 0)
            result = dispatcher_serve(vm, error);
        else
            result = error_set(error, STATUS_SYSTEM, code, "KVM_RUN: %s", strerror(code));
        served = clock_now();
        vm->exits.vmm_ns += served - left;
        if (vm->observer) {
            observe(vm, by_signal, entered, left, served, had_jobs);
            served = clock_now();
        }
        entered = served;
    }
    return result < 0 ? result : 0;
}
