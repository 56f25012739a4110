/* `compare`: every engine on both backends, side by side on the same program. */
#include "measure/measure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/output.h"
#include "commands/commands.h"
#include "measure/qemu.h"
#include "report/chart.h"
#include "report/comparison.h"
#include "report/trace.h"
#include "sandbox/sandbox.h"
#include "ssem/program.h"
#include "vmm/kvm.h"

#define PROGRAMS_MAX 32

static int open_machine(struct machine **machine, const struct settings *settings,
                        enum engine engine, enum backend backend, struct error *error)
{
    struct machine_config config = settings->config;

    config.engine = engine;
    config.backend = backend;
    return machine_open(machine, &config, error);
}

/* The machines of all rows, made before anything runs. */
struct machines {
    struct machine *list[ENGINE_COUNT][BACKEND_COUNT];
    bool has_kvm;
    char reason[256]; /* unless has_kvm */
};

/* Ratios are to dispatch, which is therefore measured in any case. */
static bool is_wanted(const struct settings *settings, int engine)
{
    return settings->engines >> engine & 1 || engine == ENGINE_DISPATCH;
}

/* Opens the engine on both backends; without KVM the guest's column stays empty, with the reason.
 */
static int open_engine(struct machines *machines, const struct settings *settings,
                       enum engine engine, const struct observer *observer, struct error *error)
{
    struct machine **list = machines->list[engine];
    int result = open_machine(&list[BACKEND_NATIVE], settings, engine, BACKEND_NATIVE, error);

    if (result == 0 && machines->has_kvm)
        result = open_machine(&list[BACKEND_KVM], settings, engine, BACKEND_KVM, error);
    if (result < 0 && (error->status == STATUS_NO_KVM || error->status == STATUS_PERMISSION)) {
        machines->has_kvm = false;
        snprintf(machines->reason, sizeof(machines->reason), "%.200s", error->text);
        error->text[0] = '\0';
        result = 0;
    }
    if (list[BACKEND_KVM])
        machine_observe(list[BACKEND_KVM], observer);
    return result;
}

static int open_engines(struct machines *machines, const struct settings *settings,
                        const struct observer *observer, struct sandbox *sandbox,
                        struct error *error)
{
    int result = 0;

    *machines = (struct machines){.has_kvm = true};
    for (int engine = 0; engine < ENGINE_COUNT && result == 0; engine++) {
        if (is_wanted(settings, engine))
            result = open_engine(machines, settings, (enum engine)engine, observer, error);
        if (result == 0 && machines->list[engine][BACKEND_KVM])
            machine_confine(machines->list[engine][BACKEND_KVM], sandbox);
    }
    return result;
}

static void close_engines(struct machines *machines)
{
    for (int engine = 0; engine < ENGINE_COUNT; engine++)
        for (int backend = 0; backend < BACKEND_COUNT; backend++)
            machine_close(machines->list[engine][backend]);
}

/* Which engine is being measured, for who waits. */
static void show_progress(const struct program *program, const char *what)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K%s%s%s", what ? program->name : "", what ? ": " : "",
                what ? what : "");
}

/* Full emulation of one program with every engine wanted, checked against the native run later. */
static int emulate_program(struct comparison *comparison, const struct settings *settings,
                           const struct program *program, const struct qemu *qemu,
                           struct error *error)
{
    int result = 0;

    snprintf(comparison->qemu.version, sizeof(comparison->qemu.version), "%s", qemu->version);
    comparison->qemu.measured = true;
    for (int engine = 0, row = 0; engine < ENGINE_COUNT && result == 0; engine++) {
        char what[64];

        if (!is_wanted(settings, engine))
            continue;
        snprintf(what, sizeof(what), "%s under QEMU", config_engines[engine].name);
        show_progress(program, what);
        result = qemu_measure(qemu, &program->state, (enum engine)engine, settings->limit,
                              settings->config.seconds, &comparison->rows[row++].qemu, error);
    }
    show_progress(program, NULL);
    return result;
}

/* Full emulation of all programs, before the sandbox, which lets nothing be started. Where QEMU is
 * not installed the reason takes the place of the figures. */
static int emulate_all(struct comparison *list, const struct settings *settings,
                       const struct program *programs, size_t count, struct error *error)
{
    struct qemu qemu;
    int result = qemu_open(&qemu, error);

    for (size_t i = 0; i < count; i++) {
        list[i].qemu.asked = true;
        if (result == -ENOENT)
            snprintf(list[i].qemu.reason, sizeof(list[i].qemu.reason), "%.200s", error->text);
    }
    if (result == -ENOENT) {
        error->text[0] = '\0';
        return 0;
    }
    for (size_t i = 0; i < count && result == 0; i++)
        result = emulate_program(&list[i], settings, &programs[i], &qemu, error);
    qemu_close(&qemu);
    return result;
}

static int compare_program(struct comparison *comparison, const struct settings *settings,
                           const struct program *program, const struct machines *machines,
                           struct error *error)
{
    int result = 0;

    comparison->program = program->name;
    comparison->host = kvm_kind_name(kvm_kind());
    comparison->has_kvm = machines->has_kvm;
    snprintf(comparison->reason, sizeof(comparison->reason), "%.200s", machines->reason);
    for (int engine = 0; engine < ENGINE_COUNT && result == 0; engine++) {
        struct comparison_row *row = &comparison->rows[comparison->count];

        if (!is_wanted(settings, engine))
            continue;
        show_progress(program, config_engines[engine].name);
        row->engine = (enum engine)engine;
        result = measure_pair(machines->list[engine][BACKEND_NATIVE],
                              machines->list[engine][BACKEND_KVM], &program->state, settings->limit,
                              settings->config.seconds, &row->figures[BACKEND_NATIVE],
                              &row->figures[BACKEND_KVM], error);
        if (result == 0 && comparison->qemu.measured)
            result = qemu_check(&row->qemu, row->engine, &row->figures[BACKEND_NATIVE], error);
        comparison->count += result == 0;
    }
    show_progress(program, NULL);
    return result;
}

static int report(const struct settings *settings, struct output *html,
                  const struct comparison *list, size_t count, FILE *out, struct error *error)
{
    int result = 0;

    if (html->stream) {
        chart_page(html->stream, list, count);
        result = output_commit(html, error);
    }
    if (result < 0)
        return result;
    if (settings->json)
        return comparison_json(out, list, count, error);
    for (size_t i = 0; i < count; i++) {
        if (i)
            fputc('\n', out);
        comparison_text(out, &list[i]);
    }
    return 0;
}

static int parse_all(const struct settings *settings, struct program *programs, size_t count,
                     struct error *error)
{
    int result = 0;

    for (size_t i = 0; i < count && result == 0; i++)
        result = program_parse(&programs[i], settings->from, settings->origin, error);
    return result;
}

/* QEMU is started before the sandbox, so that programs are parsed there too, then. */
static int compare_all(const struct settings *settings, struct program *programs, size_t count,
                       const struct trace *trace, struct output *html, FILE *out,
                       struct error *error)
{
    struct comparison *list = calloc(count, sizeof(*list));
    struct sandbox sandbox = {
        .timers = true,
        .seconds =
            (double)count * ENGINE_COUNT * BACKEND_COUNT * MEASURE_RUNS * settings->config.seconds +
            SANDBOX_GRACE,
    };
    struct machines machines = {0};
    int result = 0;

    if (!list)
        return error_memory(error);
    if (settings->with_qemu)
        result = parse_all(settings, programs, count, error);
    if (result == 0 && settings->with_qemu)
        result = emulate_all(list, settings, programs, count, error);
    if (result == 0)
        result = open_engines(&machines, settings, trace_observer(trace), &sandbox, error);
    sandbox_add_output(&sandbox, &trace->output);
    sandbox_add_output(&sandbox, html);
    if (result == 0)
        result = sandbox_enter(&sandbox, settings->sandbox, stderr, error);
    if (result == 0 && !settings->with_qemu)
        result = parse_all(settings, programs, count, error);
    for (size_t i = 0; i < count && result == 0; i++)
        result = compare_program(&list[i], settings, &programs[i], &machines, error);
    if (result == 0)
        result = report(settings, html, list, count, out, error);
    close_engines(&machines);
    free(list);
    return result;
}

static int compare_engines(const struct settings *settings, struct program *programs, size_t count,
                           const struct trace *trace, FILE *out, struct error *error)
{
    struct output html = {0};
    int result = settings->html ? output_open(&html, settings->html, error) : 0;

    if (result < 0)
        return result;
    kvm_kind();
    result = compare_all(settings, programs, count, trace, &html, out, error);
    if (html.stream)
        output_abandon(&html);
    return result;
}

static int compare(const struct settings *settings, FILE *out, struct error *error)
{
    const size_t count = settings->operand_count ? (size_t)settings->operand_count : 1;
    struct program *programs = calloc(count, sizeof(*programs));
    struct trace trace = {0};
    int result = programs ? 0 : error_memory(error);

    for (size_t i = 0; i < count && result == 0; i++)
        result = program_fetch(&programs[i], settings->operand_count ? settings->operands[i] : NULL,
                               error);
    if (result == 0)
        result = trace_begin(&trace, settings->trace, error);
    if (result == 0)
        result = compare_engines(settings, programs, count, &trace, out, error);
    result = trace_end(&trace, result, settings->json ? NULL : out, error);
    for (size_t i = 0; programs && i < count; i++)
        program_drop(&programs[i]);
    free(programs);
    return result;
}

static const struct accepted accepts[] = {
    {.id = OPTION_ENGINES},   {.id = OPTION_TRANSPORT}, {.id = OPTION_LIMIT, .initial = "1G"},
    {.id = OPTION_TIMEOUT},   {.id = OPTION_TRACE},     {.id = OPTION_JSON},
    {.id = OPTION_HTML},      {.id = OPTION_FROM},      {.id = OPTION_ORIGIN},
    {.id = OPTION_WITH_QEMU}, {.id = OPTION_SANDBOX},   {.id = OPTION_END},
};

const struct command command_compare = {
    .name = "compare",
    .operands = "[PROGRAM]...",
    .summary = "Measure every engine, native and in the guest, side by side",
    .text = "Runs each PROGRAM with every engine (or dispatch and those given) on both backends "
            "in turn and prints SSEM instructions per second, the ratio to dispatch native, the "
            "ratio of guest to native speed, which is Popek and Goldberg's efficiency, and the "
            "exits of a run. Samples repeat until the figure is stable; one that is not is "
            "marked.\n",
    .max_operands = PROGRAMS_MAX,
    .accepts = accepts,
    .run = compare,
};
