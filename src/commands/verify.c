/* `verify`: stepwise correctness of every engine on both backends, on one program. */
#include "measure/verify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands/commands.h"
#include "commands/operands.h"
#include "report/progress.h"
#include "report/trace.h"
#include "report/verification.h"
#include "sandbox/sandbox.h"

#define PROGRAMS_MAX 64
#define ROWS         (ENGINE_COUNT * BACKEND_COUNT)

static void show_progress(void *context, uint64_t states, double all)
{
    struct progress *progress = context;

    progress->done = (double)states;
    progress->all = all;
    progress_show(progress);
}

/* The machine of a row; a backend that this host lacks is a row with the reason. */
static int open_row(struct machine **machine, struct verification *row,
                    const struct settings *settings, struct error *error)
{
    struct machine_config config = settings->config;
    int result;

    config.engine = row->engine;
    config.backend = row->backend;
    result = machine_open(machine, &config, error);
    if (result < 0)
        snprintf(row->reason, sizeof(row->reason), "not run: %.200s", error->text);
    return result;
}

/* place is the row's, "3 of 12". */
static int verify_row(struct verification *row, const char *place, struct machine *machine,
                      const struct settings *settings, const struct program *program,
                      struct error *error)
{
    char what[sizeof(program->name) + 96];
    struct progress progress = {.what = what, .unit = "states", .most = settings->config.seconds};
    int result = machine_arm(machine, settings->config.seconds, error);

    snprintf(what, sizeof(what), "%s, %s %s, %s", program->name, config_engines[row->engine].name,
             config_backends[row->backend].name, place);
    progress_begin(NULL);
    if (result == 0)
        result = verify_run(machine, &program->state, settings->limit, (uint64_t)time(NULL),
                            show_progress, &progress, &row->result, error);
    progress_end();
    return result;
}

/* Fills the list with a row for each engine and backend that is asked for; returns how many. A
 * guest image is for the one backend of the two that takes it. */
static size_t make_rows(struct verification *list, const struct settings *settings)
{
    size_t count = 0;

    for (int backend = BACKEND_COUNT - 1; backend >= 0; backend--)
        for (int engine = 0; engine < ENGINE_COUNT; engine++) {
            if (!(settings->engines >> engine & 1 && settings->backends >> backend & 1) ||
                (settings->config.image && backend == BACKEND_NATIVE &&
                 settings->backends >> BACKEND_KVM & 1))
                continue;
            list[count++] = (struct verification){
                .engine = (enum engine)engine,
                .backend = (enum backend)backend,
            };
        }
    return count;
}

/* Fills the rows, up to the first that differs, after which *count is cut. Returns the exit status,
 * or -errno with text and status. */
static int verify_rows(struct verification *list, struct machine *const *machines, size_t *count,
                       const struct settings *settings, const struct program *program,
                       struct error *error)
{
    for (size_t i = 0; i < *count; i++) {
        char place[48];
        int result = 0;

        snprintf(place, sizeof(place), "%zu of %zu", i + 1, *count);
        if (machines[i])
            result = verify_row(&list[i], place, machines[i], settings, program, error);
        if (result < 0)
            return result;
        if (!list[i].reason[0] && !list[i].result.equal) {
            error_set(error, STATUS_INTERNAL, EBADMSG, "%s: engine %s, backend %s differs from T",
                      program->name, config_engines[list[i].engine].name,
                      config_backends[list[i].backend].name);
            *count = i + 1;
            return STATUS_INTERNAL;
        }
    }
    return 0;
}

/* The machines of all rows, by the row; NULL where one could not be made. */
struct machines {
    struct machine *list[ROWS];
    size_t count;
};

/* Parses the programs and hands the first one to the machines. */
static int prepare(const struct machines *machines, const struct settings *settings,
                   struct program *programs, size_t program_count, struct error *error)
{
    int result = operands_parse_all(settings, programs, program_count, error);

    for (size_t i = 0; i < machines->count && result == 0; i++)
        if (machines->list[i]) {
            machine_prepare(machines->list[i], &programs[0].state);
            if (program_count == 1)
                machine_seal(machines->list[i]);
        }
    return result;
}

/* Makes the machines of all rows, gives up everything else and prepares them. Returns the status of
 * the first row that cannot be run here, 0 for none, or -errno with text and status. */
static int open_machines(struct machines *machines, struct verification *rows,
                         const struct settings *settings, struct program *programs,
                         size_t program_count, struct trace *trace, struct error *error)
{
    struct sandbox sandbox = {
        .timers = true,
        .seconds = (double)machines->count * (double)program_count * settings->config.seconds +
                   SANDBOX_GRACE,
    };
    struct machine_config config = settings->config;
    int status = 0, result;

    for (size_t i = 0; i < machines->count; i++)
        if (open_row(&machines->list[i], &rows[i], settings, error) < 0 && status == 0)
            status = (int)error->status;
    result = trace_begin(trace, settings->trace, error);
    for (size_t i = 0; i < machines->count && result == 0; i++)
        if (machines->list[i]) {
            config.engine = rows[i].engine;
            config.backend = rows[i].backend;
            machine_observe(machines->list[i], trace_observer(trace, &config));
            machine_confine(machines->list[i], &sandbox);
        }
    sandbox_add_output(&sandbox, &trace->output);
    if (result == 0)
        result = sandbox_enter(&sandbox, settings->sandbox, stderr, error);
    if (result == 0)
        result = prepare(machines, settings, programs, program_count, error);
    return result < 0 ? result : status;
}

/* Verifies one program on all machines and prints what came of it. Returns the exit status, or
 * -errno with text and status. */
static int verify_program(const struct machines *machines, const struct verification *rows,
                          const struct settings *settings, const struct program *program, FILE *out,
                          struct error *error)
{
    struct verification list[ROWS];
    size_t count = machines->count;
    int result = 0, status;

    memcpy(list, rows, sizeof(list));
    status = verify_rows(list, machines->list, &count, settings, program, error);
    if (status >= 0 && settings->json) {
        result = verification_json(out, program->name, settings->limit, list, count, error);
    } else if (status >= 0) {
        if (settings->operand_count > 1)
            fprintf(out, "%s\n", program->name);
        verification_text(out, list, count);
    }
    return result < 0 ? result : status;
}

static int verify_programs(const struct settings *settings, struct program *programs,
                           size_t program_count, struct trace *trace, FILE *out,
                           struct error *error)
{
    static struct verification rows[ROWS];
    struct machines machines = {.count = make_rows(rows, settings)};
    int status = open_machines(&machines, rows, settings, programs, program_count, trace, error);
    int result = status < 0 ? status : 0;

    for (size_t i = 0; i < program_count && result == 0; i++) {
        result = verify_program(&machines, rows, settings, &programs[i], out, error);
        if (result == 0 && settings->operand_count > 1 && !settings->json && i + 1 < program_count)
            fputc('\n', out);
    }
    for (size_t i = 0; i < machines.count; i++)
        machine_close(machines.list[i]);
    return result ? result : status;
}

static int verify(const struct settings *settings, FILE *out, struct error *error)
{
    const size_t count = settings->operand_count ? (size_t)settings->operand_count : 1;
    struct program *programs = calloc(count, sizeof(*programs));
    struct trace trace = {0};
    int result = programs ? options_check_transport(settings, "verify",
                                                    !(settings->backends >> BACKEND_KVM & 1), error)
                          : error_memory(error);
    int status = 0;

    for (size_t i = 0; i < count && result == 0; i++)
        result = operands_fetch(settings, (int)i, &programs[i], error);
    if (result == 0)
        status = verify_programs(settings, programs, count, &trace, out, error);
    operands_drop(programs, count);
    result = trace_end(&trace,
                       result < 0   ? result
                       : status < 0 ? status
                                    : 0,
                       settings->json ? NULL : out, error);
    return result < 0 ? result : status;
}

static const struct accepted accepts[] = {
    {.id = OPTION_BACKENDS},
    {.id = OPTION_ENGINES},
    {.id = OPTION_TRANSPORT},
    {.id = OPTION_GUEST},
    {.id = OPTION_LIMIT, .initial = "10k"},
    {.id = OPTION_TIMEOUT},
    {.id = OPTION_TRACE},
    {.id = OPTION_JSON},
    {.id = OPTION_FROM},
    {.id = OPTION_ORIGIN},
    {.id = OPTION_SET},
    {.id = OPTION_SANDBOX},
    {.id = OPTION_END},
};

const struct command command_verify = {
    .name = "verify",
    .operands = "[PROGRAM]...",
    .summary = "Compare every engine with the reference, step by step",
    .text = "Runs each PROGRAM on every engine and backend (or those given), after every single "
            "instruction, again in pieces of 2, 3, 7, 32 and 1000 instructions, and in random "
            "pieces, and compares store, A, CI, count and stop with the reference step. This is "
            "stepwise correctness: interp(V) must equal T. Ends at the first difference with "
            "both states and status 70. --limit counts for each such pass. A --guest is verified "
            "under kvm alone.\n",
    .max_operands = PROGRAMS_MAX,
    .accepts = accepts,
    .run = verify,
};
