/* `run`: boots the guest, runs one program in it and prints the final store. */
#include "measure/cycle.h"

#include <errno.h>
#include <stdlib.h>

#include "base/interrupt.h"
#include "base/output.h"
#include "commands/commands.h"
#include "commands/operands.h"
#include "debug/steps.h"
#include "report/json.h"
#include "report/text.h"
#include "report/trace.h"
#include "sandbox/sandbox.h"
#include "ssem/svg.h"
#include "vmm/kvm.h"
#include "vmm/watchdog.h"

#define PROGRAMS_MAX       64
#define STATUS_INTERRUPTED 130 /* as of a shell */
#define STEPS_GRACE        10  /* seconds beyond the time limit of a run that is traced */

/* What a run has open. */
struct session {
    struct program *programs;
    int count;
    struct output picture;
    struct trace trace;
    struct machine *machine;
};

static bool shows_steps(const struct settings *settings)
{
    return settings->steps || settings->last_steps;
}

static int fetch_programs(struct session *session, const struct settings *settings,
                          struct error *error)
{
    int result = 0;

    session->count = settings->operand_count ? settings->operand_count : 1;
    if (session->count > 1 && (settings->picture || settings->config.tally))
        return error_set(error, STATUS_USAGE, EINVAL,
                         "run: --picture and --stats go with one program");
    if (settings->json && shows_steps(settings))
        return error_set(error, STATUS_USAGE, EINVAL,
                         "run: --steps and --last print rows, --json one object");
    session->programs = calloc((size_t)session->count, sizeof(*session->programs));
    if (!session->programs)
        return error_memory(error);
    for (int i = 0; i < session->count && result == 0; i++)
        result = operands_fetch(settings, i, &session->programs[i], error);
    return result;
}

static int open_session(struct session *session, const struct settings *settings,
                        struct error *error)
{
    int result = fetch_programs(session, settings, error);

    /* Within the time limit, as whoever is to read them may keep us waiting; and before there is a
     * machine, which the committers would be forked with. */
    if (result == 0)
        result = machine_limit(&settings->config, error);
    if (result == 0 && settings->picture)
        result = output_open(&session->picture, settings->picture, error);
    if (result == 0)
        result = trace_begin(&session->trace, settings->trace, error);
    if (result == 0)
        result = machine_open(&session->machine, &settings->config, error);
    if (result < 0)
        return result;
    machine_observe(session->machine, trace_observer(&session->trace));
    return 0;
}

/* Leaves the process what the run still needs, and then parses the programs; the kind of KVM is
 * asked for before. */
static int confine(struct session *session, const struct settings *settings, struct error *error)
{
    struct sandbox sandbox = {
        .timers = session->count > 1 || shows_steps(settings),
        .prints_much = shows_steps(settings),
        .seconds = session->count * (settings->last_steps ? 2 : 1) * settings->config.seconds +
                   SANDBOX_GRACE + (shows_steps(settings) ? STEPS_GRACE : 0),
    };
    int result;

    if (shows_steps(settings))
        interrupt_catch(true);
    else
        watchdog_catch();
    if (settings->config.tally || settings->json)
        kvm_kind();
    machine_confine(session->machine, &sandbox);
    sandbox_add_output(&sandbox, &session->picture);
    sandbox_add_output(&sandbox, &session->trace.output);
    result = sandbox_enter(&sandbox, settings->sandbox, stderr, error);
    if (result == 0)
        result = operands_parse_all(settings, session->programs, (size_t)session->count, error);
    if (result < 0)
        return result;
    machine_prepare(session->machine, &session->programs[0].state);
    if (session->count == 1)
        machine_seal(session->machine);
    return 0;
}

static int report(struct session *session, const struct program *program, const struct run *run,
                  const struct settings *settings, FILE *out, struct error *error)
{
    static struct machine_stats stats;
    int result = 0;

    if (session->picture.stream) {
        svg_write(session->picture.stream, &run->state);
        result = output_commit(&session->picture, error);
    }
    if (result < 0)
        return result;
    if (settings->config.tally || settings->json)
        machine_stats(session->machine, &stats);
    if (settings->json)
        return json_run(out, program->name, run, &stats, &settings->config, error);
    if (session->count > 1)
        fprintf(out, "%s%s\n", program == session->programs ? "" : "\n", program->name);
    text_run(out, run, settings->config.seconds);
    if (settings->config.tally)
        text_stats(out, &stats, &settings->config);
    return 0;
}

/* The status that a run ends with, and its text where it did not end by itself. */
static int status_of(const struct run *run, const struct settings *settings, struct error *error)
{
    if (run->timed_out)
        error_set(error, STATUS_TIMEOUT, ETIME, "time limit of %g s reached",
                  settings->config.seconds);
    if (run->interrupted)
        error_set(error, STATUS_TIMEOUT, EINTR, "interrupted");
    return run->interrupted        ? STATUS_INTERRUPTED
           : run->timed_out        ? STATUS_TIMEOUT
           : run->stop == STOP_STP ? STATUS_STP
           : run_is_endless(run)   ? STATUS_CYCLE
                                   : STATUS_LIMIT;
}

/* Runs one program to its end, with its trace. */
static int run_program(struct session *session, const struct program *program,
                       const struct settings *settings, struct run *run, FILE *out,
                       struct error *error)
{
    const struct steps steps = {settings->steps, settings->last_steps, settings->config.seconds};
    int result = 0;

    if (shows_steps(settings))
        result = machine_arm(session->machine, settings->config.seconds + STEPS_GRACE, error);
    if (result < 0)
        return result;
    run_begin(run, session->machine, &program->state, settings->limit);
    result = shows_steps(settings) ? steps_finish(run, &steps, out, error) : run_finish(run, error);
    if (result == 0 && run->period)
        result = cycle_find(run, &program->state, error);
    if (result == 0 && settings->last_steps)
        result = machine_arm(session->machine, settings->config.seconds + STEPS_GRACE, error);
    if (result == 0 && settings->last_steps)
        result = steps_print_last(run, &steps, out, error);
    return result;
}

/* Runs all programs, one after the other; returns the highest status, or -errno with text. */
static int run_programs(struct session *session, const struct settings *settings, FILE *out,
                        struct error *error)
{
    int highest = 0, status = 0, result = 0;

    for (int i = 0; i < session->count && result == 0 && status != STATUS_INTERRUPTED; i++) {
        const struct program *program = &session->programs[i];
        struct run run;

        if (i > 0) {
            machine_forget(session->machine);
            result = machine_arm(session->machine, settings->config.seconds, error);
        }
        if (result < 0)
            break;
        result = run_program(session, program, settings, &run, out, error);
        if (result == 0)
            result = report(session, program, &run, settings, out, error);
        if (result == 0)
            status = status_of(&run, settings, error);
        if (status > highest)
            highest = status;
    }
    return result < 0 ? result : highest;
}

static int run_command(const struct settings *settings, FILE *out, struct error *error)
{
    static struct session session; /* what is left to exit has not leaked */
    int status = 0, result;

    session = (struct session){0};
    result = open_session(&session, settings, error);
    if (result == 0)
        result = confine(&session, settings, error);
    if (result == 0)
        status = run_programs(&session, settings, out, error);
    /* The kernel takes down a VM with its process in less time than by calls. */
    if (!settings->last) {
        machine_close(session.machine);
        operands_drop(session.programs, (size_t)session.count);
    }
    if (session.picture.stream)
        output_abandon(&session.picture);
    result = trace_end(&session.trace,
                       result < 0   ? result
                       : status < 0 ? status
                                    : 0,
                       settings->json ? NULL : out, error);
    if (!session.machine)
        machine_disarm();
    return result < 0 ? result : status;
}

static const struct accepted accepts[] = {
    {.id = OPTION_BACKEND},   {.id = OPTION_ENGINE, .initial = "leap"},
    {.id = OPTION_TRANSPORT}, {.id = OPTION_GUEST},
    {.id = OPTION_LIMIT},     {.id = OPTION_TIMEOUT},
    {.id = OPTION_STATS},     {.id = OPTION_TRACE},
    {.id = OPTION_JSON},      {.id = OPTION_PICTURE},
    {.id = OPTION_FROM},      {.id = OPTION_ORIGIN},
    {.id = OPTION_SET},       {.id = OPTION_SANDBOX},
    {.id = OPTION_STEPS},     {.id = OPTION_LAST},
    {.id = OPTION_END},
};

const struct command command_run = {
    .name = "run",
    .operands = "[PROGRAM]...",
    .summary = "Boot the guest, run programs and print their final stores",
    .text = "PROGRAM is a file in any format that `babyvisor help convert` lists, recognised "
            "from its content, or - for standard input. Without it the amended first program of "
            "1948 runs: it finds the greatest proper divisor of 2^18. Several programs run one "
            "after the other, each with the whole time limit; the status is the highest. An "
            "interrupt (Ctrl-C) ends a run with its last state, and status 130.\n",
    .max_operands = PROGRAMS_MAX,
    .accepts = accepts,
    .run = run_command,
};
