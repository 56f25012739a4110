/* The part of a sweep that a worker does: every program of some units, by walk_on() where that
 * decides it, by an invariant, or in the guest. */
#include <string.h>

#include "guest/word.h"
#include "pool/decider.h"
#include "pool/sweep.h"

#define JOBS 1024

/* Instructions of a program in the guest before the others have their turn: at first, how that
 * grows, and at most. What a program is found to do depends on these, and on nothing else. */
#define SLICE_FIRST  (1u << 21)
#define SLICE_GROWTH 16
#define SLICE_MOST   (1ull << 37)

/* Instructions of all that are in the guest at once, which has a limit of time; or one slice. */
#define ROUND (1ull << 30)

struct work {
    const struct sweep_rules *rules;
    struct machine *machine;
    struct sums *sums;
    struct certificate *certificates; /* of hard programs from number `skipped` on; or NULL */
    uint64_t skipped, hard;
};

/* What is with the guest, and what the programs began with. */
static struct abi_job jobs[JOBS + 1];
static struct abi_result results[JOBS + 1];
static struct waiting {
    struct sums_program program;
    struct certificate *certificate;
    struct baby state;
} programs[JOBS];
static uint32_t waiting;

static void keep(struct work *work, enum sums_kind kind, const struct sums_program *program)
{
    sums_count(work->sums, kind, program->executed);
    sums_keep(work->sums, kind, program, work->rules->most[kind]);
}

/* Fills in the certificate, unless it is NULL. */
static void certify(struct certificate *certificate, struct certificate is,
                    const struct sums_program *program)
{
    if (!certificate)
        return;
    *certificate = is;
    memcpy(certificate->store, program->store, sizeof(certificate->store));
}

/* Takes a result; returns whether the program is decided. */
static bool take(struct work *work, struct waiting *waits, const struct abi_result *result)
{
    struct sums_program *program = &waits->program;
    struct certificate certificate = {.kind = CERTIFICATE_OPEN};
    struct invariant invariant;
    unsigned line;

    program->executed += result->state.executed;
    program->period = result->stop == STOP_STP ? 0 : result->counters.period;
    if (result->stop == STOP_STP) {
        certificate = (struct certificate){.kind = CERTIFICATE_STP, .executed = program->executed};
        keep(work, SUMS_STP, program);
    } else if (decider_find(&result->state, 0, &invariant, &line) == INVARIANT_HOLDS) {
        invariant.after = program->executed;
        certificate = certificate_of(&invariant);
        sums_count(work->sums, SUMS_CYCLE, 0);
    } else if (program->period) {
        certificate = (struct certificate){
            .kind = CERTIFICATE_CYCLE, .executed = program->executed, .period = program->period};
        keep(work, SUMS_CYCLE, program);
    } else if (program->executed >= work->rules->limit) {
        keep(work, SUMS_OPEN, program);
    } else {
        return false;
    }
    certify(waits->certificate, certificate, program);
    return true;
}

/* Another program, at the end: engine `leap` goes on with what it knows of a program if that is
 * both the last and the next one, and who is with it in the guest must make no difference. */
static void add_other(uint32_t number)
{
    jobs[number] = (struct abi_job){.budget = SLICE_FIRST};
    jobs[number].state.store[1] = word_make(WORD_STP, 0);
}

/* Fills in jobs for those that wait from number `first` on; returns how many. */
static uint32_t fill_round(const struct work *work, uint32_t first, uint64_t slice)
{
    uint64_t all = 0;
    uint32_t count = 0;

    for (; first + count < waiting && (count == 0 || all + slice <= ROUND); count++) {
        const struct waiting *waits = &programs[first + count];
        const uint64_t rest = work->rules->limit - waits->program.executed;

        jobs[count] =
            (struct abi_job){.state = waits->state, .budget = rest < slice ? rest : slice};
        all += jobs[count].budget;
    }
    return count;
}

/* Has the guest go on with all that waits, until each is decided or at its limit. */
static int run_waiting(struct work *work, struct error *error)
{
    uint64_t slice = SLICE_FIRST;
    int result = 0;

    while (waiting && result == 0) {
        uint32_t left = 0, count;

        for (uint32_t first = 0; first < waiting && result == 0; first += count) {
            count = fill_round(work, first, slice);
            add_other(count);
            result = machine_arm(work->machine, work->rules->seconds, error);
            if (result == 0)
                result = machine_jobs(work->machine, jobs, results, count + 1, error);
            for (uint32_t i = 0; i < count && result == 0; i++) {
                if (take(work, &programs[first + i], &results[i]))
                    continue;
                programs[left] = programs[first + i];
                programs[left++].state = results[i].state;
            }
        }
        waiting = left;
        if (slice < SLICE_MOST)
            slice *= SLICE_GROWTH;
    }
    machine_disarm();
    return result;
}

/* A program that walk_on() has left open. */
static int visit_hard(struct work *work, const struct walk *walk,
                      const struct sums_program *program, struct error *error)
{
    const uint64_t number = work->hard++;
    struct certificate *certificate = NULL;
    struct invariant invariant;
    unsigned line;

    if (work->certificates) {
        if (number < work->skipped || number - work->skipped >= SWEEP_CERTIFICATES)
            return 0;
        certificate = &work->certificates[number - work->skipped];
    }
    if (decider_walked(walk, &invariant, &line) == INVARIANT_HOLDS) {
        sums_count(work->sums, SUMS_CYCLE, 0);
        certify(certificate, certificate_of(&invariant), program);
        return 0;
    }
    /* What is open while lines have no value stands for more than one program. */
    if (walk->known != UINT32_MAX || work->rules->limit <= walk->executed) {
        keep(work, SUMS_OPEN, program);
        certify(certificate, (struct certificate){.kind = CERTIFICATE_OPEN}, program);
        return 0;
    }
    programs[waiting] = (struct waiting){.program = *program, .certificate = certificate};
    memcpy(programs[waiting].state.store, program->store, sizeof(program->store));
    programs[waiting++].program.executed = 0;
    return waiting < JOBS ? 0 : run_waiting(work, error);
}

static int visit(void *context, enum walk_end end, const struct walk *walk,
                 const uint32_t store[ABI_LINES], struct error *error)
{
    struct work *work = context;
    struct sums_program program;
    const struct sums *sums = work->sums;
    const uint32_t most = work->rules->most[SUMS_STP];

    if (end != WALK_OPEN && work->skipped)
        return 0;
    if (end == WALK_CYCLE) {
        sums_count(work->sums, SUMS_CYCLE, 0);
        return 0;
    }
    if (end == WALK_STP &&
        (most == 0 || (sums->kept[SUMS_STP] == most &&
                       sums->programs[SUMS_STP][most - 1].executed > walk->executed))) {
        sums_count(work->sums, SUMS_STP, walk->executed);
        return 0;
    }
    memcpy(program.store, store, sizeof(program.store));
    program.executed = walk->executed;
    program.period = 0;
    if (end == WALK_OPEN)
        return visit_hard(work, walk, &program, error);
    keep(work, SUMS_STP, &program);
    return 0;
}

size_t sweep_answer_size(const struct sweep_rules *rules)
{
    return rules->certifies ? sizeof(struct sweep_answer)
                            : offsetof(struct sweep_answer, certificates);
}

int sweep_work(const void *context, struct machine *machine, const void *request, void *answer,
               struct error *error)
{
    static struct space space;
    static bool parsed;
    const struct sweep_rules *rules = context;
    const struct sweep_request *wanted = request;
    const uint64_t steps = sweep_steps(rules->limit);
    struct sweep_answer *out = answer;
    struct work work = {.rules = rules,
                        .machine = machine,
                        .sums = &out->sums,
                        .certificates = rules->certifies ? out->certificates : NULL,
                        .skipped = wanted->skipped};
    int result = 0;

    if (!parsed)
        result = space_parse(&space, rules->name, rules->text, rules->length, error);
    parsed = true;
    memset(work.sums->counts, 0, sizeof(work.sums->counts));
    memset(work.sums->histogram, 0, sizeof(work.sums->histogram));
    memset(work.sums->kept, 0, sizeof(work.sums->kept));
    waiting = 0;
    for (uint32_t i = 0; i < wanted->count && i < SWEEP_UNITS && result == 0; i++)
        result = space_walk(&space, &wanted->units[i], steps, visit, &work, error);
    if (result == 0)
        result = run_waiting(&work, error);
    out->hard = work.hard;
    return result;
}
