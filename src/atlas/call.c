/* What a call of the VMM's costs, between two entries into the guest. */
#include "atlas/call.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "atlas/life.h"
#include "atlas/sample.h"
#include "base/clock.h"
#include "vmm/watchdog.h"

#define CALLS_MIN 7
#define CALLS_MAX 200
#define CALLS_NS  (60 * 1000 * 1000)

static int count_calls(struct atlas_probe *probe, double *costs, struct error *error)
{
    const uint64_t began = clock_now();
    int count = 0;

    while (count < CALLS_MAX && (count < CALLS_MIN || clock_now() - began < CALLS_NS) &&
           !watchdog_expired()) {
        struct sample sample;
        uint64_t called;
        int result = sample_take(probe, false, 1, NULL, &sample, error);

        if (result < 0)
            return result;
        if (sample.end != SAMPLE_DOORBELL)
            return error_set(error, STATUS_GUEST, EPROTO, "the guest did not come to its doorbell");
        probe_complete(probe);
        called = clock_now();
        probe->row->provision->call(probe);
        costs[count++] = (double)(clock_now() - called);
    }
    return count;
}

/* Returns how many calls there were, in nanoseconds each, or -errno. */
static int measure(struct atlas_probe *probe, double seconds, double *costs, struct error *error)
{
    int result = watchdog_start(&probe->vm.run->immediate_exit, seconds, error);

    if (result == 0)
        result = probe_boot(probe, error);
    if (result == 0)
        result = count_calls(probe, costs, error);
    watchdog_stop();
    return result;
}

int call_run(int kvm_fd, double seconds, struct atlas_result *result, struct error *error)
{
    double costs[CALLS_MAX];
    struct atlas_probe probe;
    struct error failure;
    bool provided;
    int khz = 0, count = probe_open(&probe, kvm_fd, result->row, result->ring, &provided, &failure);

    if (count < 0 && provided) {
        *error = failure;
        return count;
    }
    if (count == 0) {
        khz = ioctl(probe.vm.vcpu_fd, KVM_GET_TSC_KHZ, 0);
        count = measure(&probe, seconds, costs, &failure);
        if (count >= 0 && probe.refused)
            count =
                error_set(&failure, STATUS_NO_KVM, probe.refused, "%s", strerror(probe.refused));
        probe_close(&probe);
    }
    if (count < 0)
        snprintf(result->detail, sizeof(result->detail), "%.*s", (int)sizeof(result->detail) - 1,
                 failure.text);
    if (count > 0) {
        life_evaluate(result, costs, (size_t)count, khz);
        result->happened = ATLAS_KERNEL;
    }
    return 0;
}
