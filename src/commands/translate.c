/* `translate`: what a translator makes of a program, beside the program. */
#include <errno.h>

#include "commands/commands.h"
#include "commands/operands.h"
#include "machine/run.h"
#include "measure/translation.h"
#include "report/progress.h"
#include "report/translation.h"
#include "sandbox/sandbox.h"

static int run_program(struct run *run, struct machine *machine, const struct settings *settings,
                       struct program *program, struct error *error)
{
    struct sandbox sandbox = {
        .timers = true,
        .seconds = settings->config.seconds + SANDBOX_GRACE,
    };
    struct progress progress;
    int result;

    machine_confine(machine, &sandbox);
    result = sandbox_enter(&sandbox, settings->sandbox, stderr, error);
    if (result == 0)
        result = operands_parse(settings, program, error);
    if (result < 0)
        return result;
    machine_prepare(machine, &program->state);
    machine_seal(machine);
    run_begin(run, machine, &program->state, settings->limit);
    progress_begin_run(&progress, run, program->name, settings->config.seconds);
    result = run_finish(run, error);
    progress_end();
    if (run->timed_out)
        return error_set(error, STATUS_TIMEOUT, ETIME, "time limit of %g s reached",
                         settings->config.seconds);
    return result;
}

static int translate(const struct settings *settings, FILE *out, struct error *error)
{
    static struct translation translation;
    struct program program = {0};
    struct machine *machine = NULL;
    struct run run = {0};
    const uint8_t *area = NULL;
    uint32_t address;
    int result = operands_fetch(settings, 0, &program, error);

    if (result == 0)
        result = machine_open(&machine, &settings->config, error);
    if (result == 0)
        area = machine_area(machine, &address);
    if (result == 0 && !area)
        result = error_set(error, STATUS_USAGE, EINVAL,
                           "engine %s translates nothing; static, dynamic and leap do",
                           config_engines[settings->config.engine].name);
    if (result == 0)
        result = run_program(&run, machine, settings, &program, error);
    if (result == 0)
        result = translation_read(&translation, area, address, error);
    machine_close(machine);
    program_drop(&program);
    if (result < 0)
        return result;

    const struct translation_report report = {
        .program = program.name,
        .engine = settings->config.engine,
        .backend = settings->config.backend,
        .executed = run.state.executed,
        .translation = &translation,
    };

    if (settings->json)
        return translation_json(out, &report, error);
    translation_text(out, &report);
    return 0;
}

static const struct accepted accepts[] = {
    {.id = OPTION_BACKEND},
    {.id = OPTION_ENGINE, .help = "whose translation; the first three have none"},
    {.id = OPTION_GUEST},
    {.id = OPTION_LIMIT, .initial = "1M"},
    {.id = OPTION_TIMEOUT},
    {.id = OPTION_JSON},
    {.id = OPTION_FROM},
    {.id = OPTION_ORIGIN},
    {.id = OPTION_SET},
    {.id = OPTION_SANDBOX},
    {.id = OPTION_END},
};

const struct command command_translate = {
    .name = "translate",
    .operands = "[PROGRAM]",
    .summary = "Show the x86 code that a translator makes of a program",
    .text = "Runs PROGRAM for at most --limit instructions and shows what is translated then: for "
            "each block its SSEM instructions beside their x86 code, what it depends on, and where "
            "it leads. static translates before the program starts. dynamic translates what is "
            "reached after some 1,280 instructions; its blocks are read out of the guest's memory, "
            "and change while the program runs.\n",
    .max_operands = 1,
    .accepts = accepts,
    .run = translate,
};
