/* The dispatcher: enters the guest and sends each exit to the routine for its reason. */
#include "vmm/dispatcher.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/clock.h"
#include "vmm/ports.h"
#include "vmm/watchdog.h"

static int serve_mmio(struct guest *guest, struct error *error)
{
    const struct kvm_run *run = guest->vm.run;

    return error_set(error, STATUS_GUEST, EPROTO,
                     "broken guest: %s %u bytes at guest-physical 0x%llx, where there is no memory",
                     run->mmio.is_write ? "wrote" : "read", (unsigned)run->mmio.len,
                     (unsigned long long)run->mmio.phys_addr);
}

static int serve_hlt(struct guest *guest, struct error *error)
{
    (void)guest;
    return error_set(error, STATUS_GUEST, EPROTO,
                     "broken guest: halted (KVM_EXIT_HLT) instead of handing over a result");
}

static int serve_shutdown(struct guest *guest, struct error *error)
{
    (void)guest;
    return error_set(error, STATUS_GUEST, EPROTO,
                     "guest fault: triple fault (KVM_EXIT_SHUTDOWN): a fault while it reported a "
                     "fault");
}

/* The CPU does not take the guest's state: ours, as long as the guest has not come past its first
 * instruction, otherwise what the guest has made of it (SDM vol. 3, 27.8; APM vol. 2, 15.5.1). */
static int serve_fail_entry(struct guest *guest, struct error *error)
{
    const struct kvm_run *run = guest->vm.run;
    const bool ours = run->s.regs.regs.rip == guest->image.entry;

    return error_set(error, ours ? STATUS_INTERNAL : STATUS_GUEST, EPROTO,
                     "%sKVM could not enter the guest (KVM_EXIT_FAIL_ENTRY): hardware reason "
                     "0x%llx on CPU %u, rip 0x%llx",
                     ours ? "" : "broken guest: ",
                     (unsigned long long)run->fail_entry.hardware_entry_failure_reason,
                     (unsigned)run->fail_entry.cpu, (unsigned long long)run->s.regs.regs.rip);
}

/* api.rst, KVM_EXIT_INTERNAL_ERROR and emulation_failure. */
static int serve_internal_error(struct guest *guest, struct error *error)
{
    static const char *const names[] = {
        [KVM_INTERNAL_ERROR_EMULATION] = "could not emulate an instruction",
        [KVM_INTERNAL_ERROR_SIMUL_EX] = "two exceptions at once",
        [KVM_INTERNAL_ERROR_DELIVERY_EV] = "could not deliver an event",
        [KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON] = "unexpected exit reason",
    };
    const struct kvm_run *run = guest->vm.run;
    const uint32_t kind = run->internal.suberror;
    const char *name = kind < sizeof(names) / sizeof(names[0]) ? names[kind] : NULL;
    uint32_t words = run->internal.ndata;
    char bytes[EXITS_EMULATION_TEXT];

    error_set(error, STATUS_GUEST, EPROTO,
              "KVM could not go on running the guest (KVM_EXIT_INTERNAL_ERROR): %s (%u)",
              name ? name : "unknown", (unsigned)kind);
    if (words > sizeof(run->internal.data) / sizeof(run->internal.data[0]))
        words = sizeof(run->internal.data) / sizeof(run->internal.data[0]);
    if (exits_emulation_bytes(run, bytes)[0]) {
        error_add(error, "; instruction bytes%s", bytes);
    } else {
        for (uint32_t i = 0; i < words; i++)
            error_add(error, "%s 0x%llx", i ? "," : "; data",
                      (unsigned long long)run->internal.data[i]);
    }
    return -EPROTO;
}

static int serve_unexpected(struct guest *guest, struct error *error)
{
    const uint32_t reason = guest->vm.run->exit_reason;
    const char *name = exits_reason_name(reason);

    if (name)
        return error_set(error, STATUS_GUEST, EPROTO, "broken guest: unexpected KVM_EXIT_%s (%u)",
                         name, (unsigned)reason);
    return error_set(error, STATUS_GUEST, EPROTO,
                     "the guest left guest mode by an exit that this program has no name for: "
                     "KVM_EXIT %u",
                     (unsigned)reason);
}

/* The table from exit reason to routine. */
static int (*const serve[])(struct guest *guest, struct error *error) = {
    [KVM_EXIT_IO] = ports_serve,
    [KVM_EXIT_MMIO] = serve_mmio,
    [KVM_EXIT_HLT] = serve_hlt,
    [KVM_EXIT_SHUTDOWN] = serve_shutdown,
    [KVM_EXIT_FAIL_ENTRY] = serve_fail_entry,
    [KVM_EXIT_INTERNAL_ERROR] = serve_internal_error,
};

int dispatcher_serve(struct guest *guest, struct error *error)
{
    const uint32_t reason = guest->vm.run->exit_reason;

    guest->exits.total++;
    guest->exits.by_reason[reason < EXITS_REASONS ? reason : EXITS_REASONS]++;
    if (reason < sizeof(serve) / sizeof(serve[0]) && serve[reason])
        return serve[reason](guest, error);
    return serve_unexpected(guest, error);
}

static int check_time(struct error *error)
{
    if (watchdog_expired())
        return error_set(error, STATUS_TIMEOUT, ETIME, "time limit reached");
    return 0;
}

/* An exit is served even when the time is up: a snapshot may go on after it. */
static int serve_in_time(struct guest *guest, struct error *error)
{
    const int result = dispatcher_serve(guest, error);

    return result == 0 ? check_time(error) : result;
}

/* Shows the observer the exit that has just been served. */
static void observe(struct guest *guest, bool was_interrupted, uint64_t entered, uint64_t left,
                    uint64_t served, uint32_t had_jobs)
{
    struct record record = {
        .entered = entered,
        .left = left,
        .served = served,
        .rip = guest->vm.run->s.regs.regs.rip,
        .has_job = had_jobs > 0,
    };

    if (had_jobs) {
        record.job = guest->transport.jobs[0].id;
        record.has_line = guest->transport.outstanding == 0;
        record.line = guest->transport.results[had_jobs - 1].state.ci;
    }

    if (was_interrupted)
        record.reason = RECORD_INTERRUPTED;
    else
        record_fill(&record, guest->vm.run);
    guest->observer->exit(guest->observer->context, &guest->image, &record);
}

int dispatcher_run(struct guest *guest, struct error *error)
{
    uint64_t entered = clock_now();
    int result = 0;

    while (result == 0) {
        const uint32_t had_jobs = guest->transport.outstanding;
        const int answer = ioctl(guest->vm.vcpu_fd, KVM_RUN, 0);
        const int code = errno;
        const bool by_signal = answer < 0 && (code == EINTR || code == EAGAIN);
        const uint64_t left = clock_now();
        uint64_t served;

        *(guest->transport.booted ? &guest->exits.guest_ns : &guest->exits.boot_ns) +=
            left - entered;
        guest->exits.interrupted += by_signal;
        if (by_signal)
            result = check_time(error);
        else if (answer == 0)
            result = serve_in_time(guest, error);
        else
            result = error_set(error, STATUS_SYSTEM, code, "KVM_RUN: %s", strerror(code));
        served = clock_now();
        guest->exits.vmm_ns += served - left;
        if (guest->observer) {
            observe(guest, by_signal, entered, left, served, had_jobs);
            served = clock_now();
        }
        entered = served;
    }
    return result < 0 ? result : 0;
}
