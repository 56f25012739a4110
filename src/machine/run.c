/* A run: a state on its way to STP or to a limit, advanced a piece at a time and looked at. */
#include "machine/run.h"

#include <errno.h>

#include "base/clock.h"
#include "vmm/watchdog.h"

#define SLICE_FIRST (1ull << 24)
#define SLICE_NS    (20 * 1000 * 1000)

/* Where the engine leaps, the slices grow no longer than this: it takes a second or two as soon as
 * the program does something else. */
#define SLICE_LEAPT (1ull << 34)

void run_resume(struct run *run, struct machine *machine, const struct baby *start, uint64_t limit)
{
    *run = (struct run){
        .machine = machine,
        .state = *start,
        .began = start->executed,
        .limit = limit,
        .slice = SLICE_FIRST,
        .stop = STOP_LIMIT,
    };
    machine_prepare(machine, start);
}

void run_begin(struct run *run, struct machine *machine, const struct baby *start, uint64_t limit)
{
    struct baby from = *start;

    from.executed = 0;
    run_resume(run, machine, &from, limit);
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

int run_advance(struct run *run, uint64_t most, struct error *error)
{
    const uint64_t executed = run->state.executed;
    const uint64_t began = clock_now();
    struct abi_job job = {
        .state = run->state,
        .budget = least(least(most, run->slice), run->limit - executed),
    };
    const struct abi_job *under_way = machine_under_way(run->machine);
    struct abi_result result;
    uint64_t elapsed;
    int failed;

    if (under_way)
        job.budget = under_way->budget;
    if (run->stop != STOP_LIMIT || executed >= run->limit)
        return 0;
    failed = machine_jobs(run->machine, &job, &result, 1, error);
    elapsed = clock_now() - began;
    run->elapsed_ns += elapsed;
    if (failed < 0) {
        run->interrupted = failed == -ETIME && watchdog_interrupted();
        run->timed_out = failed == -ETIME && !run->interrupted;
        return failed;
    }
    run->state = result.state;
    run->state.executed += executed;
    run->stop = (enum stop)result.stop;
    run->leapt += result.counters.leapt;
    run->period = result.counters.period;
    run->entered = run->state.executed;
    if (run->period)
        run->slice = UINT64_MAX;
    else if (job.budget == run->slice && elapsed < SLICE_NS &&
             run->slice < (result.counters.leapt ? SLICE_LEAPT : UINT64_MAX / 2))
        run->slice *= 2;
    return run->stop == STOP_LIMIT && run->state.executed < run->limit;
}

const char *run_stop_name(const struct run *run)
{
    return run->timed_out          ? "timeout"
           : run->interrupted      ? "interrupt"
           : run->stop == STOP_STP ? "stp"
           : run_is_endless(run)   ? "cycle"
                                   : "limit";
}

bool run_is_endless(const struct run *run)
{
    return run->stop == STOP_LIMIT && run->period && run->limit == UINT64_MAX;
}

int run_finish(struct run *run, struct error *error)
{
    int result = 1;

    while (result > 0 && !run_is_endless(run)) {
        result = run_advance(run, UINT64_MAX, error);
        if (result > 0 && run->look)
            run->look(run->context, run);
    }
    return result > 0 || result == -ETIME ? 0 : result;
}
