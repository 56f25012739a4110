/* Checks what a sweep says, without what found it: by running programs again, and by certificates.
 * Long runs are engine dynamic's, which obeys each instruction; others are the reference's. */
#include "pool/check.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/lines.h"
#include "machine/run.h"
#include "pool/sweep.h"
#include "ssem/step.h"

#define STEPS_MOST (1ull << 28) /* for the reference */

/* Runs count instructions from *state, whose executed then is how many they were. */
static int go(const struct check *check, struct baby *state, uint64_t count, enum stop *stop,
              struct error *error)
{
    struct run run;
    int result;

    if (count <= STEPS_MOST) {
        *stop = step_run(state, count);
        return 0;
    }
    result = machine_arm(check->machine, check->seconds, error);
    if (result < 0)
        return result;
    run_begin(&run, check->machine, state, count);
    result = run_finish(&run, error);
    *state = run.state;
    *stop = run.stop;
    if (result == 0 && run.timed_out)
        result = error_set(error, STATUS_TIMEOUT, ETIME, "a run takes longer than --timeout");
    return result;
}

/* Whether the program gets to *state after exactly so many instructions, the last an STP or not. */
static int gets_there(const struct check *check, const uint32_t store[ABI_LINES], uint64_t executed,
                      enum stop stop, struct baby *state, bool *good, struct error *error)
{
    enum stop how;
    int result;

    *state = (struct baby){0};
    memcpy(state->store, store, sizeof(state->store));
    result = go(check, state, executed, &how, error);
    *good = how == stop && state->executed == executed;
    return result;
}

/* Whether the state returns after so many instructions. */
static int returns(const struct check *check, const struct baby *state, uint64_t period, bool *good,
                   struct error *error)
{
    struct baby later = *state;
    enum stop how;
    const int result = go(check, &later, period, &how, error);

    *good = period > 0 && how == STOP_LIMIT && step_same(state, &later);
    return result;
}

int check_kept(struct check *check, const struct sums *sums, struct error *error)
{
    for (int kind = SUMS_STP; kind <= SUMS_CYCLE; kind++)
        for (uint32_t i = 0; i < sums->kept[kind]; i++) {
            const struct sums_program *program = &sums->programs[kind][i];
            struct baby state;
            bool good;
            int result = gets_there(check, program->store, program->executed,
                                    kind == SUMS_STP ? STOP_STP : STOP_LIMIT, &state, &good, error);

            if (result == 0 && good && kind == SUMS_CYCLE)
                result = returns(check, &state, program->period, &good, error);
            if (result < 0)
                return result;
            if (!good)
                return error_set(error, STATUS_DATA, EINVAL,
                                 "a program that was kept is not what the sweep says: number %u of "
                                 "those that %s",
                                 (unsigned)i, kind == SUMS_STP ? "stop" : "cycle");
            check->kept++;
        }
    return 0;
}

/* On the way through a shard. */
struct way {
    struct check *check;
    const struct shard *about;
    struct space space;
    struct lines lines;
    uint64_t unit;
    uint64_t line;     /* of the file, from 1 */
    struct sums *sums; /* of the certificates */
};

static int wrong(const struct way *way, const char *what, struct error *error)
{
    return error_set(error, STATUS_DATA, EINVAL,
                     "certificates of shard %" PRIu64 ", line %" PRIu64 ": %s", way->about->shard,
                     way->line, what);
}

/* Whether the certificate holds of a program that the walk has left open; *kind is what it is. */
static int hold(struct way *way, const struct certificate *certificate, const struct walk *walk,
                enum sums_kind *kind, bool *good, struct error *error)
{
    const struct invariant invariant = {.data = certificate->data, .bits = certificate->bits};
    struct baby state;
    unsigned line;
    int result;

    *kind = SUMS_OPEN;
    *good = true;
    if (certificate->kind == CERTIFICATE_OPEN)
        return 0;
    *kind = certificate->kind == CERTIFICATE_STP ? SUMS_STP : SUMS_CYCLE;
    /* A run in which lines without a value are zeros is that of all values only as far as the walk
     * has seen that nobody looks at them. */
    *good = walk->known == UINT32_MAX ||
            (certificate->kind == CERTIFICATE_INVARIANT && certificate->executed <= walk->executed);
    if (!*good)
        return 0;
    result = gets_there(way->check, certificate->store, certificate->executed,
                        *kind == SUMS_STP ? STOP_STP : STOP_LIMIT, &state, good, error);
    if (result < 0 || !*good)
        return result;
    if (certificate->kind == CERTIFICATE_CYCLE)
        return returns(way->check, &state, certificate->period, good, error);
    if (certificate->kind == CERTIFICATE_INVARIANT)
        *good = invariant_check(&invariant, &state, ~walk->known, &line) == INVARIANT_HOLDS;
    return 0;
}

static int visit(void *context, enum walk_end end, const struct walk *walk,
                 const uint32_t store[ABI_LINES], struct error *error)
{
    struct way *way = context;
    struct certificate certificate = {.executed = walk->executed};
    struct sums_program program = {0};
    enum sums_kind kind = end == WALK_STP ? SUMS_STP : SUMS_CYCLE;
    bool good = true;
    char *line;
    int result = 0;

    if (end == WALK_OPEN) {
        way->line++;
        result = lines_next(&way->lines, &line);
        if (result < 0 || !line || !certificate_read(&certificate, line))
            return wrong(way, "no certificate", error);
        if (memcmp(certificate.store, store, sizeof(certificate.store)) != 0)
            return wrong(way, "it is not of the next program", error);
        result = hold(way, &certificate, walk, &kind, &good, error);
        if (result < 0)
            return result;
        if (!good)
            return wrong(way, "the certificate does not hold", error);
        way->check->certificates++;
    }
    sums_count(way->sums, kind, certificate.executed);
    if (kind == SUMS_STP) {
        memcpy(program.store, store, sizeof(program.store));
        program.executed = certificate.executed;
        sums_keep(way->sums, kind, &program, way->about->most[kind]);
    }
    return 0;
}

static int visit_unit(void *context, const struct space_unit *unit, struct error *error)
{
    struct way *way = context;
    const uint64_t steps = sweep_steps(way->about->limit);

    if (way->unit++ % way->about->shards != way->about->shard)
        return 0;
    return space_walk(&way->space, unit, steps, visit, way, error);
}

int check_certificates(struct check *check, const struct shard *about, const struct sums *sums,
                       int fd, struct error *error)
{
    static struct way way;
    static struct sums counted;
    const uint64_t steps = sweep_steps(about->limit);
    char *line;
    int result;

    if (fd < 0 || strncmp(about->space, "tnf:", 4) != 0)
        return error_set(error, STATUS_DATA, EINVAL, "shard %" PRIu64 " has no certificates",
                         about->shard);
    memset(&counted, 0, sizeof(counted));
    way = (struct way){.check = check, .about = about, .lines = {.fd = fd}, .sums = &counted};
    result = space_parse(&way.space, about->space, NULL, 0, error);
    if (result == 0)
        result = space_units(&way.space, steps, visit_unit, &way, error);
    if (result < 0)
        return result;
    way.line++;
    if (lines_next(&way.lines, &line) < 0 || line)
        return wrong(&way, "there is no such program", error);
    if (memcmp(counted.counts, sums->counts, sizeof(counted.counts)) != 0 ||
        memcmp(counted.histogram, sums->histogram, sizeof(counted.histogram)) != 0 ||
        counted.kept[SUMS_STP] != sums->kept[SUMS_STP])
        result = -EINVAL;
    for (uint32_t i = 0; i < counted.kept[SUMS_STP] && result == 0; i++)
        if (memcmp(counted.programs[SUMS_STP][i].store, sums->programs[SUMS_STP][i].store,
                   sizeof(sums->programs[SUMS_STP][i].store)) != 0)
            result = -EINVAL;
    return result < 0 ? error_set(error, STATUS_DATA, EINVAL,
                                  "the sums of shard %" PRIu64 " are not those of its certificates",
                                  about->shard)
                      : 0;
}
