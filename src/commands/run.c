/* `run`: boots the guest, runs one program in it and prints the final store. */
#include <errno.h>

#include "base/output.h"
#include "commands/commands.h"
#include "machine/machine.h"
#include "measure/qemu_job.h"
#include "report/json.h"
#include "report/text.h"
#include "report/trace.h"
#include "sandbox/sandbox.h"
#include "ssem/program.h"
#include "ssem/svg.h"

static int report(const struct settings *settings, const struct machine *machine,
                  const struct machine_result *result, FILE *out, struct error *error)
{
    static struct machine_stats stats;

    if (settings->stats || settings->json)
        machine_stats(machine, &stats);
    if (settings->json)
        return json_run(out, result, &stats, settings, error);
    text_result(out, result, settings);
    if (settings->stats)
        text_stats(out, &stats, settings);
    return 0;
}

/* Leaves the process what the run still needs. */
static int confine(const struct settings *settings, const struct machine *machine,
                   const struct output *picture, const struct trace *trace, struct error *error)
{
    struct sandbox sandbox = {0};

    machine_confine(machine, &sandbox);
    sandbox_add_output(&sandbox, picture);
    sandbox_add_output(&sandbox, &trace->output);
    return sandbox_enter(&sandbox, settings->sandbox, stderr, error);
}

/* Runs the program, draws the picture if its file is open, and reports. */
static int run_program(const struct settings *settings, const struct program *program,
                       struct output *picture, struct machine_result *answer, FILE *out,
                       struct error *error)
{
    struct machine *machine;
    struct trace trace;
    int result = trace_begin(&trace, settings->trace, error);

    if (result < 0)
        return result;
    result = machine_open(&machine, settings, error);
    if (result == 0) {
        machine_observe(machine, trace_observer(&trace));
        result = confine(settings, machine, picture, &trace, error);
        if (result == 0)
            result = machine_run(machine, &program->machine, settings->limit, answer, error);
        if (result == 0 && picture->stream) {
            svg_write(picture->stream, &answer->machine);
            result = output_commit(picture, error);
        }
        if (result == 0)
            result = report(settings, machine, answer, out, error);
        machine_close(machine);
    }
    return trace_end(&trace, result, settings->json ? NULL : out, error);
}

static int run(const struct settings *settings, FILE *out, struct error *error)
{
    struct program program;
    struct machine_result answer;
    struct output picture = {0};
    int result = program_read_as(&program, settings->operand_count ? settings->operands[0] : NULL,
                                 settings->from, settings->origin, error);

    if (result == 0 && settings->job_file)
        return qemu_job_write(settings->job_file, &program.machine, settings->engine,
                              settings->limit, error);
    /* The file is opened first, since the run may be long. */
    if (result == 0 && settings->picture)
        result = output_open(&picture, settings->picture, error);
    if (result < 0)
        return result;
    result = run_program(settings, &program, &picture, &answer, out, error);
    if (picture.stream)
        output_abandon(&picture);
    if (result < 0)
        return result;
    if (answer.timed_out) {
        error_set(error, STATUS_TIMEOUT, ETIME, "time limit of %g s reached", settings->timeout);
        return STATUS_TIMEOUT;
    }
    return answer.stop == STOP_STP ? STATUS_STP : STATUS_LIMIT;
}

static const enum option_id accepts[] = {
    OPTION_BACKEND, OPTION_ENGINE, OPTION_TRANSPORT, OPTION_GUEST,    OPTION_LIMIT,
    OPTION_TIMEOUT, OPTION_STATS,  OPTION_TRACE,     OPTION_JSON,     OPTION_PICTURE,
    OPTION_FROM,    OPTION_ORIGIN, OPTION_SANDBOX,   OPTION_JOB_FILE, OPTION_END,
};

const struct command command_run = {
    .name = "run",
    .operands = "[PROGRAM]",
    .summary = "Boot the guest, run a program and print the final store",
    .text = "PROGRAM is a file in any format that `babyvisor help convert` lists, told by its\n"
            "content, or - for standard input. Without it the amended first program of 1948\n"
            "runs: it finds the greatest proper divisor of 2^18.\n",
    .max_operands = 1,
    .accepts = accepts,
    .run = run,
};
