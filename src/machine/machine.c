/* A machine that runs jobs: an engine in the guest or in this process, behind one interface. */
#include "machine/machine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "machine/native.h"
#include "machine/static_translate.h"
#include "sandbox/sandbox.h"
#include "snapshot/dirty.h"
#include "snapshot/writer.h"
#include "vmm/dispatcher.h"
#include "vmm/kvm.h"
#include "vmm/layout.h"
#include "vmm/watchdog.h"

struct machine {
    enum backend backend;
    enum engine engine;
    bool prepared; /* `static`: program is what was translated */
    struct baby program;
    uint32_t next_id;
    struct guest guest; /* BACKEND_KVM */
    /* What the guest was at when a job failed, or in the snapshot; is_under_way: it still is. */
    bool is_under_way;
    struct abi_job job;
    struct abi_result result;
    struct abi_counters counters;
    struct tally *tally; /* NULL unless asked for */
    struct observer observer;
    const struct observer *next; /* after the tally */
};

static int open_guest(struct machine *machine, const struct machine_config *config,
                      struct error *error)
{
    const char *image = config->writes > 0 ? image_writing : config->image;
    struct guest *guest = &machine->guest;
    int result = guest_open(guest, image, !config->image && !config->snapshot, config->transport,
                            config->engine, error);

    if (result < 0)
        return result;
    if (config->is_logged)
        result = dirty_begin(&guest->vm, error);
    if (result == 0 && config->writes > 0)
        result = writer_set(&guest->vm, config->writes, error);
    if (result < 0)
        guest_close(guest);
    return result;
}

static int open_backend(struct machine *machine, const struct machine_config *config,
                        struct error *error)
{
    if (machine->backend == BACKEND_KVM)
        return open_guest(machine, config, error);
    if (config->image)
        return error_set(error, STATUS_USAGE, EINVAL,
                         "--backend=native runs the embedded guest image only, not a --guest: its "
                         "code would not be isolated");
    return native_open(machine->engine, error);
}

static void close_backend(struct machine *machine)
{
    if (machine->backend == BACKEND_KVM)
        guest_close(&machine->guest);
    else
        native_close();
}

static void observe_exit(void *context, const struct image *image, const struct record *record)
{
    struct machine *machine = context;

    if (machine->tally)
        tally_add(machine->tally, record);
    if (machine->next)
        machine->next->exit(machine->next->context, image, record);
}

static void observe_job(void *context, const struct abi_job *job, const struct abi_result *result,
                        uint64_t placed, uint64_t finished)
{
    struct machine *machine = context;

    if (machine->next)
        machine->next->job(machine->next->context, job, result, placed, finished);
}

void machine_observe(struct machine *machine, const struct observer *observer)
{
    machine->next = observer;
    machine->observer = (struct observer){machine, observe_exit, observe_job};
    if (machine->backend == BACKEND_KVM && (observer || machine->tally))
        guest_observe(&machine->guest, &machine->observer);
}

static uint8_t *immediate_exit(const struct machine *machine)
{
    struct kvm_run *run = machine->guest.vm.run;

    return run ? &run->immediate_exit : NULL;
}

/* The time limit of the machine that is opened next has begun. */
static bool limited;

int machine_limit(const struct machine_config *config, struct error *error)
{
    const int result = watchdog_start(NULL, config->seconds, error);

    limited = result == 0;
    return result;
}

int machine_open(struct machine **machine, const struct machine_config *config, struct error *error)
{
    struct machine *made = calloc(1, sizeof(*made));
    int result;

    *machine = NULL;
    if (!made)
        return error_memory(error);
    made->backend = config->backend;
    made->engine = config->engine;
    /* Before the image is read, as its writer may keep us waiting. */
    result = limited ? 0 : watchdog_start(NULL, config->seconds, error);
    limited = false;
    if (result == 0)
        result = open_backend(made, config, error);
    if (result < 0) {
        free(made);
        return result;
    }
    if (made->backend == BACKEND_KVM)
        vm_seal(&made->guest.vm, config->tally);
    if (config->tally) {
        made->tally = calloc(1, sizeof(*made->tally));
        machine_observe(made, NULL);
    }
    watchdog_aim(immediate_exit(made));
    *machine = made;
    return 0;
}

int machine_arm(struct machine *machine, double seconds, struct error *error)
{
    return watchdog_start(immediate_exit(machine), seconds, error);
}

void machine_disarm(void)
{
    limited = false;
    watchdog_stop();
}

/* Makes the guest ready for jobs. Ours begins with its first one, without an exit before it, unless
 * somebody watches. */
static int boot(struct guest *guest, struct error *error)
{
    const int result = guest->is_loaded ? 0 : guest_load(guest, error);

    return result < 0 || (guest->is_ours && !guest->observer) ? result
                                                              : dispatcher_run(guest, error);
}

/* As many jobs in the guest as the transport takes at once. */
static int run_in_guest(struct machine *machine, const struct abi_job *jobs,
                        struct abi_result *results, uint32_t count, struct error *error)
{
    struct guest *guest = &machine->guest;
    int failed = guest->transport.booted ? 0 : boot(guest, error);
    uint64_t placed, finished;

    if (failed < 0)
        return failed;
    placed = guest->observer ? clock_now() : 0;
    if (machine->is_under_way) {
        results[0] = machine->result;
        guest->transport.jobs = jobs;
        guest->transport.results = results;
        machine->is_under_way = false;
    } else {
        transport_place(&guest->transport, guest->vm.memory, jobs, results, count);
        guest_begin(guest);
    }
    failed = dispatcher_run(guest, error);
    if (failed < 0) {
        machine->job = jobs[0];
        machine->result = results[0];
    }
    if (failed < 0 || !guest->observer)
        return failed;
    finished = clock_now();
    for (uint32_t i = 0; i < count; i++)
        guest->observer->job(guest->observer->context, &jobs[i], &results[i], placed, finished);
    return 0;
}

static int run_natively(const struct abi_job *job, struct abi_result *result, struct error *error)
{
    enum stop stop;

    result->state = job->state;
    if (native_run((enum engine)job->engine, &result->state, job->budget, &stop,
                   &result->counters) < 0)
        return error_set(error, STATUS_TIMEOUT, ETIME, "time limit reached");
    result->stop = (uint32_t)stop;
    result->engine = job->engine;
    result->id = job->id;
    result->reserved = 0;
    return 0;
}

/* A guest may invent any number, so that a sum stays at the largest there is. */
static void add_counter(uint64_t *sum, uint64_t count)
{
    if (__builtin_add_overflow(*sum, count, sum))
        *sum = UINT64_MAX;
}

static void add_counters(struct abi_counters *sum, const struct abi_counters *counters)
{
    add_counter(&sum->translations, counters->translations);
    add_counter(&sum->invalidations, counters->invalidations);
    add_counter(&sum->fallbacks, counters->fallbacks);
    add_counter(&sum->fallback_instructions, counters->fallback_instructions);
    add_counter(&sum->leaps, counters->leaps);
    add_counter(&sum->leapt, counters->leapt);
    add_counter(&sum->cycles, counters->cycles);
}

int machine_jobs(struct machine *machine, struct abi_job *jobs, struct abi_result *results,
                 size_t count, struct error *error)
{
    const bool native = machine->backend == BACKEND_NATIVE;
    const uint32_t most = native ? 1 : transport_capacity(machine->guest.transport.kind);

    for (size_t at = 0; at < count;) {
        const uint32_t some = count - at < most ? (uint32_t)(count - at) : most;
        int failed;

        for (size_t i = at; i < at + some; i++) {
            jobs[i].engine = machine->engine;
            jobs[i].id = machine->next_id++;
        }
        failed = native ? run_natively(&jobs[at], &results[at], error)
                        : run_in_guest(machine, &jobs[at], &results[at], some, error);
        if (failed < 0)
            return failed;
        for (const size_t end = at + some; at < end; at++)
            add_counters(&machine->counters, &results[at].counters);
    }
    return 0;
}

void machine_prepare(struct machine *machine, const struct baby *start)
{
    if (machine->engine != ENGINE_STATIC)
        return;
    if (machine->prepared && memcmp(&machine->program, start, offsetof(struct baby, executed)) == 0)
        return;
    machine->prepared = true;
    machine->program = *start;
    if (machine->backend == BACKEND_KVM)
        static_translate((struct abi_translation *)(machine->guest.vm.memory + ABI_STATIC), start);
    else
        native_prepare(start);
}

const uint8_t *machine_area(const struct machine *machine, uint32_t *address)
{
    const bool is_static = machine->engine == ENGINE_STATIC;
    const uint32_t offset = is_static ? ABI_STATIC : ABI_CACHE;

    if (!is_static && !(LAYOUT_CACHE_ENGINES >> machine->engine & 1))
        return NULL;
    *address = ABI_BASE + (is_static ? ABI_STATIC : ABI_CACHE_EXEC);
    return machine->backend == BACKEND_KVM ? machine->guest.vm.memory + offset
                                           : (const uint8_t *)(uintptr_t)(ABI_BASE + offset);
}

void machine_seal(struct machine *machine)
{
    if (machine->backend == BACKEND_NATIVE)
        native_seal();
}

const struct abi_counters *machine_counters(const struct machine *machine)
{
    return &machine->counters;
}

void machine_forget(struct machine *machine)
{
    machine->counters = (struct abi_counters){0};
    machine->guest.exits = (struct exits){0};
    if (machine->tally)
        *machine->tally = (struct tally){0};
}

uint64_t machine_exits(const struct machine *machine)
{
    return machine->guest.exits.total;
}

void machine_stats(const struct machine *machine, struct machine_stats *stats)
{
    *stats = (struct machine_stats){
        .host = kvm_kind_name(kvm_kind()),
        .counters = machine->counters,
    };
    if (machine->backend != BACKEND_KVM)
        return;
    stats->protection = machine->guest.protection;
    stats->apic = machine->guest.apic;
    stats->exits = machine->guest.exits;
    stats->tally = machine->tally;
    stats->kernel_count =
        kernel_stats_read(&machine->guest.vm.stats, stats->kernel, MACHINE_KERNEL_STATS);
}

int machine_take(struct machine *machine, const struct baby *m, struct snapshot *snapshot,
                 struct error *error)
{
    const bool is_under_way = machine->guest.transport.outstanding > 0;
    int result = snapshot_take(snapshot, &machine->guest, error);

    if (result < 0)
        return result;
    snapshot->job = (struct abi_job){.engine = machine->engine, .id = machine->next_id};
    if (is_under_way) {
        snapshot->job = machine->job;
        memcpy(&snapshot->result, &machine->result, sizeof(uint32_t) * snapshot->words_out);
    }
    snapshot->job.state = *m;
    return 0;
}

void machine_write(const struct machine *machine, struct snapshot *snapshot, FILE *out)
{
    snapshot_write(out, snapshot, machine->guest.vm.memory);
}

int machine_put(struct machine *machine, const struct snapshot *snapshot, const uint8_t *pages,
                unsigned *lost, struct error *error)
{
    int result = snapshot_put(snapshot, pages, &machine->guest, lost, error);

    if (result < 0)
        return result;
    machine->engine = (enum engine)snapshot->job.engine;
    machine->next_id = snapshot->job.id;
    machine->is_under_way = snapshot->outstanding;
    machine->job = snapshot->job;
    machine->result = snapshot->result;
    /* The translation of `static` is in memory. */
    machine->prepared = true;
    machine->program = snapshot->job.state;
    return 0;
}

void machine_imitate(struct machine *machine, const struct snapshot *snapshot)
{
    machine->engine = (enum engine)snapshot->job.engine;
    machine->guest.transport.kind = (enum transport)snapshot->transport;
}

struct guest *machine_guest(struct machine *machine)
{
    return &machine->guest;
}

const struct abi_job *machine_under_way(const struct machine *machine)
{
    return machine->is_under_way ? &machine->job : NULL;
}

void machine_confine(const struct machine *machine, struct sandbox *sandbox)
{
    const struct vm *vm = &machine->guest.vm;

    if (machine->backend == BACKEND_KVM)
        sandbox_add_machine(sandbox, vm->vcpu_fd, &vm->run->immediate_exit, &vm->stats);
    if (vm->is_logged)
        sandbox->log_fd = vm->vm_fd;
}

void machine_close(struct machine *machine)
{
    if (!machine)
        return;
    watchdog_aim(NULL);
    close_backend(machine);
    free(machine->tally);
    free(machine);
}
