/* What a virtual machine costs: made, entered once, and closed. */
#include "atlas/life.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "atlas/probe.h"
#include "base/clock.h"
#include "base/quantile.h"
#include "vmm/watchdog.h"

#define LIVES_MIN 7
#define LIVES_MAX 200
#define LIVING_NS (60 * 1000 * 1000)

/* Up to the guest's first doorbell, with a time limit. */
static int enter(struct atlas_probe *probe, double seconds, struct error *error)
{
    int result = watchdog_start(&probe->vm.run->immediate_exit, seconds, error);

    if (result == 0)
        result = probe_boot(probe, error);
    watchdog_stop();
    return result;
}

/* One life; *khz is what KVM says of the TSC. On error *provided says whether it is the row's
 * provision that the host has not. */
static int live(int kvm_fd, double seconds, const struct atlas_result *life, int *khz,
                bool *provided, struct error *error)
{
    struct atlas_probe probe;
    int result = probe_open(&probe, kvm_fd, life->row, life->ring, provided, error);

    if (result < 0)
        return result;
    *khz = ioctl(probe.vm.vcpu_fd, KVM_GET_TSC_KHZ, 0);
    result = enter(&probe, seconds, error);
    probe_close(&probe);
    return result;
}

/* Returns how many lives there were, in nanoseconds each, or -errno. */
static int measure(int kvm_fd, double seconds, const struct atlas_result *life, double *costs,
                   int *khz, bool *provided, struct error *error)
{
    const uint64_t began = clock_now();
    int count = 0;

    while (count < LIVES_MAX && (count < LIVES_MIN || clock_now() - began < LIVING_NS) &&
           (double)(clock_now() - began) < seconds * 1e9) {
        const uint64_t born = clock_now();
        const int result = live(kvm_fd, seconds, life, khz, provided, error);

        if (result < 0)
            return result;
        costs[count++] = (double)(clock_now() - born);
    }
    return count;
}

void life_evaluate(struct atlas_result *result, double *costs, size_t count, int khz)
{
    const double cycles = khz > 0 ? khz / 1e6 : 0;

    quantile_sort(costs, count);
    result->operations = count;
    result->samples = count;
    result->iterations = 1;
    result->median_ns = quantile_of(costs, count, 0.5);
    result->p99_ns = quantile_of(costs, count, 0.99);
    result->median_cycles = result->median_ns * cycles;
    result->p99_cycles = result->p99_ns * cycles;
}

int life_run(int kvm_fd, double seconds, struct atlas_result *result, struct error *error)
{
    const bool beside = result->row->flags & ATLAS_BESIDE;
    double costs[LIVES_MAX];
    struct atlas_probe other;
    struct error failure;
    bool provided = true;
    int khz = 0, count = 0;

    if (beside)
        count = probe_open(&other, kvm_fd, result->row, result->ring, &provided, &failure);
    if (count == 0) {
        count = measure(kvm_fd, seconds, result, costs, &khz, &provided, &failure);
        if (beside)
            probe_close(&other);
    }
    if (count < 0 && provided) {
        *error = failure;
        return count;
    }
    if (count < 0)
        snprintf(result->detail, sizeof(result->detail), "%.*s", (int)sizeof(result->detail) - 1,
                 failure.text);
    if (count > 0) {
        life_evaluate(result, costs, (size_t)count, khz);
        result->happened = ATLAS_EXIT;
        result->reason = KVM_EXIT_IO;
        result->exits = 1;
    }
    return 0;
}
