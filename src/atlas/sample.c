/* One sample of a probe: the guest executes its instructions count times, and what that costs. */
#include "atlas/sample.h"

#include <config.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/clock.h"
#include "vmm/watchdog.h"

#define ANSWER 0x1948 /* what an `in`, a load or an rdmsr is answered with */

/* What an exit brings with it, and the answer that lets the guest go on: data for reads, success
 * for the rest. Returns false for an exit of no return. */
static bool answer_exit(struct kvm_run *run, char *out, size_t size)
{
    const uint64_t answer = ANSWER;
    char bytes[EXITS_EMULATION_TEXT];

    out[0] = '\0';
    switch (run->exit_reason) {
    case KVM_EXIT_IO:
        snprintf(out, size, "port 0x%x, %u bits, %u at once", run->io.port, run->io.size * 8u,
                 run->io.count);
        if (run->io.direction == KVM_EXIT_IO_IN)
            memset((uint8_t *)run + run->io.data_offset, ANSWER & 0xff,
                   (size_t)run->io.size * run->io.count);
        return true;
    case KVM_EXIT_MMIO:
        snprintf(out, size, "%s of %u bytes at gpa 0x%llx", run->mmio.is_write ? "write" : "read",
                 run->mmio.len, (unsigned long long)run->mmio.phys_addr);
        memcpy(run->mmio.data, &answer, sizeof(answer));
        return true;
    case KVM_EXIT_X86_RDMSR:
    case KVM_EXIT_X86_WRMSR:
        snprintf(out, size, "MSR 0x%x", run->msr.index);
        run->msr.error = 0;
        if (run->exit_reason == KVM_EXIT_X86_RDMSR)
            run->msr.data = ANSWER;
        return true;
    case KVM_EXIT_HYPERCALL:
        snprintf(out, size, "number %llu", (unsigned long long)run->hypercall.nr);
        run->hypercall.ret = 0;
        return true;
    case KVM_EXIT_SYSTEM_EVENT:
        snprintf(out, size, "type %u%s", run->system_event.type,
                 run->system_event.type == KVM_SYSTEM_EVENT_CRASH ? ", crash" : "");
        return true;
    case KVM_EXIT_DEBUG:
        snprintf(out, size, "exception %u at 0x%llx", run->debug.arch.exception,
                 (unsigned long long)run->debug.arch.pc);
        return true;
    case KVM_EXIT_FAIL_ENTRY:
        snprintf(out, size, "hardware reason 0x%llx",
                 (unsigned long long)run->fail_entry.hardware_entry_failure_reason);
        return false;
    case KVM_EXIT_INTERNAL_ERROR:
        if (run->internal.suberror == KVM_INTERNAL_ERROR_EMULATION)
            snprintf(out, size, "emulation%s", exits_emulation_bytes(run, bytes));
        else
            snprintf(out, size, "suberror %u", run->internal.suberror);
        return false;
    case KVM_EXIT_HLT:
    case KVM_EXIT_IRQ_WINDOW_OPEN:
    case KVM_EXIT_SET_TPR:
    case KVM_EXIT_DIRTY_RING_FULL:
    case KVM_EXIT_X86_BUS_LOCK:
#if HAVE_DECL_KVM_EXIT_NOTIFY
    case KVM_EXIT_NOTIFY:
#endif
        return true;
    default:
        return false;
    }
}

static void observe(const struct atlas_probe *probe, const struct observer *observer,
                    bool interrupted, uint64_t entered, uint64_t left)
{
    struct record record = {
        .entered = entered,
        .left = left,
        .served = clock_now(),
        .rip = probe->vm.run->s.regs.regs.rip,
        .what = probe->row->name,
        .ring = probe->ring,
    };

    if (interrupted)
        record.reason = RECORD_INTERRUPTED;
    else
        record_fill(&record, probe->vm.run);
    observer->exit(observer->context, NULL, &record);
}

/* Whether an error of KVM_RUN is an exit all the same: api.rst, KVM_EXIT_MEMORY_FAULT. */
static bool is_memory_fault(const struct kvm_run *run, int code)
{
#if HAVE_DECL_KVM_EXIT_MEMORY_FAULT
    return (code == EFAULT || code == EHWPOISON) && run->exit_reason == KVM_EXIT_MEMORY_FAULT;
#else
    (void)run;
    (void)code;
    return false;
#endif
}

/* Judges one return of KVM_RUN; returns whether the sample is over. */
static bool judge(struct atlas_probe *probe, bool fresh, int answer, int code,
                  struct sample *sample)
{
    const bool by_signal = probe_is_signal(answer, code);
    struct kvm_run *run = probe->vm.run;
    const struct atlas_provision *provision = probe->row->provision;
    bool goes_on;

    if (by_signal && !watchdog_over())
        return false;
    if (by_signal) {
        const bool wanted = probe->row->flags & ATLAS_KICKED;

        sample->end = wanted ? SAMPLE_EXIT : SAMPLE_HUNG;
        sample->interrupted = true;
        sample->reason = RECORD_INTERRUPTED;
        sample->exits += wanted;
        return true;
    }
    if (answer < 0 && !is_memory_fault(run, code)) {
        sample->end = SAMPLE_FAILED;
        sample->code = code;
        sample->reason = run->exit_reason;
        return true;
    }
    if (answer == 0 && probe_is_doorbell(run)) {
        sample->end = SAMPLE_DOORBELL;
        return true;
    }
    sample->exits++;
    sample->reason = run->exit_reason;
    goes_on = answer_exit(run, sample->detail, sizeof(sample->detail));
    sample->in_handler = run->exit_reason == KVM_EXIT_DEBUG &&
                         run->debug.arch.pc - (ABI_BASE + ATLAS_RING0) < ABI_PAGE;
    if (provision && provision->serve)
        provision->serve(probe);
    sample->end = SAMPLE_EXIT;
    if (fresh || !goes_on)
        return true;
    sample->end = SAMPLE_HUNG;
    return watchdog_expired();
}

int sample_take(struct atlas_probe *probe, bool fresh, uint64_t count,
                const struct observer *observer, struct sample *sample, struct error *error)
{
    const struct atlas_provision *provision = probe->row->provision;
    struct atlas_mailbox *mailbox = probe_mailbox(probe);
    bool over = false;

    *sample = (struct sample){.end = SAMPLE_HUNG};
    if (fresh) {
        int result = probe_boot(probe, error);

        if (result < 0)
            return result;
    }
    mailbox->count = count;
    probe->vm.run->exit_reason = KVM_EXIT_UNKNOWN;
    if (provision && provision->sample)
        provision->sample(probe);
    while (!over) {
        const uint64_t entered = clock_now();
        const int answer = ioctl(probe->vm.vcpu_fd, KVM_RUN, 0);
        const int code = errno;
        const uint64_t left = clock_now();

        sample->ns = left - entered;
        over = judge(probe, fresh, answer, code, sample);
        if (observer)
            observe(probe, observer, probe_is_signal(answer, code), entered, left);
    }
    if (sample->interrupted && sample->end == SAMPLE_EXIT)
        sample->ns = sample->ns > probe->kick_ns ? sample->ns - probe->kick_ns : 0;
    if (sample->end == SAMPLE_DOORBELL)
        sample->cycles = mailbox->ended - mailbox->began;
    return 0;
}
