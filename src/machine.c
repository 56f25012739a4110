/* The one interface of the commands to a running SSEM: open, run jobs, close. */
#include "machine.h"

#include <errno.h>
#include <stdlib.h>

#include "vmm/dispatcher.h"
#include "vmm/kvm.h"
#include "vmm/vm.h"
#include "vmm/watchdog.h"

/* A run is cut into jobs of this many instructions at first, so that a time limit finds a state to
 * report; the slices grow until one takes SLICE_NS, which makes their exits cost nothing. */
#define SLICE_FIRST (1ull << 24)
#define SLICE_NS    (20 * 1000 * 1000)

struct machine {
    struct vm vm;
    enum engine engine;
    uint32_t next_id;
    uint64_t slice;
};

int machine_open(struct machine **machine, const struct settings *settings, struct error *error)
{
    struct machine *made = calloc(1, sizeof(*made));
    int result;

    *machine = NULL;
    if (!made)
        return error_set(error, STATUS_SYSTEM, ENOMEM, "out of memory");
    made->engine = settings->engine;
    made->slice = SLICE_FIRST;
    result = vm_open(&made->vm, settings->guest, settings->transport, error);
    if (result == 0) {
        result = watchdog_start(&made->vm.run->immediate_exit, settings->timeout, error);
        if (result == 0) {
            *machine = made;
            return 0;
        }
        vm_close(&made->vm);
    }
    free(made);
    return result;
}

/* One job: from result->machine, at most budget instructions, back into *result. */
static int run_slice(struct machine *machine, uint64_t budget, struct machine_result *result,
                     struct error *error)
{
    const struct abi_job job = {
        .machine = result->machine,
        .budget = budget,
        .engine = machine->engine,
        .id = machine->next_id++,
    };
    const struct abi_result *answer = &machine->vm.link.result;
    int failed;

    link_place(&machine->vm.link, machine->vm.memory, &job);
    failed = dispatcher_run(&machine->vm, error);
    if (failed < 0)
        return failed;
    result->machine = answer->machine;
    result->stop = (enum stop)answer->stop;
    result->executed += answer->machine.executed;
    return 0;
}

int machine_run(struct machine *machine, const struct baby *start, uint64_t limit,
                struct machine_result *result, struct error *error)
{
    int failed = 0;

    *result = (struct machine_result){.stop = STOP_LIMIT, .machine = *start};
    result->machine.executed = 0;
    if (!machine->vm.link.booted)
        failed = dispatcher_run(&machine->vm, error);
    while (failed == 0 && result->stop == STOP_LIMIT && result->executed < limit) {
        uint64_t left = limit - result->executed;
        uint64_t began = exits_now();

        failed = run_slice(machine, left < machine->slice ? left : machine->slice, result, error);
        if (exits_now() - began < SLICE_NS && machine->slice <= UINT64_MAX / 2)
            machine->slice *= 2;
    }
    if (failed == -ETIME) {
        result->timed_out = true;
        return 0;
    }
    return failed;
}

void machine_stats(const struct machine *machine, struct machine_stats *stats)
{
    stats->host = kvm_kind_name(kvm_kind());
    stats->exits = machine->vm.exits;
    stats->kernel_count = kernel_stats_read(machine->vm.vm_fd, machine->vm.vcpu_fd, stats->kernel,
                                            MACHINE_KERNEL_STATS);
}

void machine_close(struct machine *machine)
{
    if (!machine)
        return;
    watchdog_stop();
    vm_close(&machine->vm);
    free(machine);
}
