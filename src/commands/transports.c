/* `transports`: emulated against paravirtual I/O, the same short jobs over each transport. */
#include "commands/commands.h"
#include "commands/operands.h"
#include "measure/measure.h"
#include "report/comparison.h"
#include "report/progress.h"
#include "report/trace.h"
#include "sandbox/sandbox.h"
#include "vmm/kvm.h"

static int open_transports(struct machine **machines, const struct settings *settings,
                           struct trace *trace, struct sandbox *sandbox, struct error *error)
{
    int result = 0;

    for (int i = 0; i < TRANSPORT_COUNT && result == 0; i++) {
        struct machine_config config = settings->config;

        config.transport = (enum transport)i;
        result = machine_open(&machines[i], &config, error);
        if (result < 0)
            break;
        machine_observe(machines[i], trace_observer(trace, &config));
        machine_confine(machines[i], sandbox);
    }
    return result;
}

static int measure_transports(const struct settings *settings, struct program *program,
                              struct trace *trace, FILE *out, struct error *error)
{
    struct comparison_transports comparison = {
        .program = program->name,
        .host = kvm_kind_name(kvm_kind()),
        .engine = settings->config.engine,
    };
    struct sandbox sandbox = {
        .timers = true,
        .seconds = TRANSPORT_COUNT * MEASURE_RUNS * settings->config.seconds + SANDBOX_GRACE,
    };
    struct machine *machines[TRANSPORT_COUNT] = {NULL};
    int result = open_transports(machines, settings, trace, &sandbox, error);

    sandbox_add_output(&sandbox, &trace->output);
    if (result == 0)
        result = sandbox_enter(&sandbox, settings->sandbox, stderr, error);
    if (result == 0)
        result = operands_parse(settings, program, error);
    progress_begin(NULL);
    for (int i = 0; i < TRANSPORT_COUNT && result == 0; i++) {
        const struct progress progress = {
            .what = config_transports[i].name,
            .unit = "transports",
            .done = i,
            .all = TRANSPORT_COUNT,
        };

        progress_show(&progress);
        result = measure_jobs(machines[i], &program->state, settings->limit,
                              settings->config.seconds, &comparison.figures[i], error);
    }
    progress_end();
    machine_disarm();
    for (int i = 0; i < TRANSPORT_COUNT; i++)
        machine_close(machines[i]);
    if (result < 0)
        return result;
    if (settings->json)
        return comparison_transports_json(out, &comparison, error);
    comparison_transports_text(out, &comparison);
    return 0;
}

static int transports(const struct settings *settings, FILE *out, struct error *error)
{
    struct program program;
    struct trace trace = {0};
    int result = operands_fetch(settings, 0, &program, error);

    if (result == 0)
        result = trace_begin(&trace, settings->trace, error);
    if (result == 0)
        result = measure_transports(settings, &program, &trace, out, error);
    program_drop(&program);
    return trace_end(&trace, result, settings->json ? NULL : out, error);
}

static const struct accepted accepts[] = {
    {.id = OPTION_ENGINE},  {.id = OPTION_LIMIT, .initial = "100"},
    {.id = OPTION_TIMEOUT}, {.id = OPTION_TRACE},
    {.id = OPTION_JSON},    {.id = OPTION_FROM},
    {.id = OPTION_ORIGIN},  {.id = OPTION_SET},
    {.id = OPTION_SANDBOX}, {.id = OPTION_END},
};

const struct command command_transports = {
    .name = "transports",
    .operands = "[PROGRAM]",
    .summary = "Measure the ways into the guest: emulated and paravirtual I/O",
    .text = "Runs PROGRAM as many short jobs over each transport and prints jobs per second and "
            "exits per job; words is device emulation, page and ring are paravirtual:\n",
    .list = "transports",
    .max_operands = 1,
    .accepts = accepts,
    .run = transports,
};
