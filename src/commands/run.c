/* `run`: boots the guest, runs one program in it and prints the final store. */
#include "measure/cycle.h"

#include <errno.h>

#include "base/output.h"
#include "commands/commands.h"
#include "commands/operands.h"
#include "report/json.h"
#include "report/text.h"
#include "report/trace.h"
#include "sandbox/sandbox.h"
#include "ssem/svg.h"
#include "vmm/kvm.h"

/* What a run has open. */
struct session {
    struct program program;
    struct output picture;
    struct trace trace;
    struct machine *machine;
};

static int open_session(struct session *session, const struct settings *settings,
                        struct error *error)
{
    int result = operands_read(settings, 0, &session->program, error);

    if (result == 0)
        result = machine_open(&session->machine, &settings->config, error);
    /* Within the time limit, as whoever is to read them may keep us waiting. */
    if (result == 0 && settings->picture)
        result = output_open(&session->picture, settings->picture, error);
    if (result == 0)
        result = trace_begin(&session->trace, settings->trace, error);
    if (result < 0)
        return result;
    machine_observe(session->machine, trace_observer(&session->trace));
    machine_prepare(session->machine, &session->program.state);
    machine_seal(session->machine);
    return 0;
}

/* Leaves the process what the run still needs; the kind of KVM is asked for before. */
static int confine(const struct session *session, const struct settings *settings,
                   struct error *error)
{
    struct sandbox sandbox = {.seconds = settings->config.seconds + SANDBOX_GRACE};

    if (settings->config.tally || settings->json)
        kvm_kind();
    machine_confine(session->machine, &sandbox);
    sandbox_add_output(&sandbox, &session->picture);
    sandbox_add_output(&sandbox, &session->trace.output);
    return sandbox_enter(&sandbox, settings->sandbox, stderr, error);
}

static int report(struct session *session, const struct run *run, const struct cycle *cycle,
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
        return json_run(out, run, cycle, &stats, &settings->config, error);
    text_run(out, run, cycle, settings->config.seconds);
    if (settings->config.tally)
        text_stats(out, &stats, &settings->config);
    return 0;
}

/* Ends what is open; result is how the run went and is returned if negative. */
static int close_session(struct session *session, const struct settings *settings, int result,
                         FILE *out, struct error *error)
{
    machine_close(session->machine);
    if (session->picture.stream)
        output_abandon(&session->picture);
    return trace_end(&session->trace, result, settings->json ? NULL : out, error);
}

static int run_command(const struct settings *settings, FILE *out, struct error *error)
{
    struct session session = {0};
    struct cycle cycle = {0};
    struct run run;
    int result = open_session(&session, settings, error);

    if (result == 0)
        result = confine(&session, settings, error);
    if (result == 0) {
        run_begin(&run, session.machine, &session.program.state, settings->limit);
        result = run_finish(&run, error);
    }
    if (result == 0 && run.period && !run.timed_out) {
        result = cycle_find(&cycle, &run, &session.program.state, error);
        if (run.limit == UINT64_MAX) {
            run.state = cycle.first;
            run.leapt = 0;
        }
    }
    if (result == 0)
        result = report(&session, &run, &cycle, settings, out, error);
    result = close_session(&session, settings, result, out, error);
    if (result < 0)
        return result;
    if (run.timed_out) {
        error_set(error, STATUS_TIMEOUT, ETIME, "time limit of %g s reached",
                  settings->config.seconds);
        return STATUS_TIMEOUT;
    }
    if (run.stop == STOP_STP)
        return STATUS_STP;
    return run.period && run.limit == UINT64_MAX ? STATUS_CYCLE : STATUS_LIMIT;
}

static const struct accepted accepts[] = {
    {.id = OPTION_BACKEND},   {.id = OPTION_ENGINE, .initial = "leap"},
    {.id = OPTION_TRANSPORT}, {.id = OPTION_GUEST},
    {.id = OPTION_LIMIT},     {.id = OPTION_TIMEOUT},
    {.id = OPTION_STATS},     {.id = OPTION_TRACE},
    {.id = OPTION_JSON},      {.id = OPTION_PICTURE},
    {.id = OPTION_FROM},      {.id = OPTION_ORIGIN},
    {.id = OPTION_SANDBOX},   {.id = OPTION_END},
};

const struct command command_run = {
    .name = "run",
    .operands = "[PROGRAM]",
    .summary = "Boot the guest, run a program and print the final store",
    .text = "PROGRAM is a file in any format that `babyvisor help convert` lists, recognised "
            "from its content, or - for standard input. Without it the amended first program of "
            "1948 runs: it finds the greatest proper divisor of 2^18.\n",
    .max_operands = 1,
    .accepts = accepts,
    .run = run_command,
};
