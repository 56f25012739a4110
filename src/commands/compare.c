/* `compare`: every engine on both backends, side by side on the same program. */
#include "compare.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "output.h"
#include "report/chart.h"
#include "report/comparison.h"
#include "report/trace.h"
#include "ssem/program.h"
#include "vmm/kvm.h"

#define PROGRAMS_MAX  32
#define LIMIT_DEFAULT 1000000000
#define JOB_LIMIT     100 /* instructions of a job for --transports */

/* Opens the engine on a backend; without KVM the guest's column stays empty, with the reason. */
static int open_machine(struct machine **machine, const struct settings *settings,
                        enum engine engine, enum backend backend, struct error *error)
{
    struct settings asked = *settings;

    asked.engine = engine;
    asked.backend = backend;
    return machine_open(machine, &asked, error);
}

static int compare_engine(struct comparison *comparison, const struct settings *settings,
                          const struct program *program, enum engine engine,
                          const struct observer *observer, struct error *error)
{
    struct comparison_row *row = &comparison->rows[comparison->count];
    struct machine *native, *kvm = NULL;
    int result = open_machine(&native, settings, engine, BACKEND_NATIVE, error);

    if (result < 0)
        return result;
    if (comparison->has_kvm)
        result = open_machine(&kvm, settings, engine, BACKEND_KVM, error);
    if (result < 0 && (error->status == STATUS_NO_KVM || error->status == STATUS_PERMISSION)) {
        comparison->has_kvm = false;
        snprintf(comparison->reason, sizeof(comparison->reason), "%.200s", error->text);
        error->text[0] = '\0';
        result = 0;
    }
    row->engine = engine;
    if (kvm)
        machine_observe(kvm, observer);
    if (result == 0)
        result = compare_measure(native, kvm, &program->machine, settings->limit, settings->timeout,
                                 &row->figures[BACKEND_NATIVE], &row->figures[BACKEND_KVM], error);
    if (result == 0)
        comparison->count++;
    machine_close(kvm);
    machine_close(native);
    return result;
}

static int compare_program(struct comparison *comparison, const struct settings *settings,
                           const struct program *program, const struct observer *observer,
                           struct error *error)
{
    int result = 0;

    *comparison = (struct comparison){
        .program = program->name,
        .host = kvm_kind_name(kvm_kind()),
        .has_kvm = true,
    };
    for (int engine = 0; engine < ENGINE_COUNT && result == 0; engine++) {
        if (settings->engine_given && (int)settings->engine != engine && engine != ENGINE_DISPATCH)
            continue;
        if (isatty(STDERR_FILENO))
            fprintf(stderr, "\r\033[K%s: %s", program->name, options_engines[engine]);
        result =
            compare_engine(comparison, settings, program, (enum engine)engine, observer, error);
    }
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K");
    return result;
}

static int write_html(const char *path, const struct comparison *list, size_t count,
                      struct error *error)
{
    struct output output;
    int result = output_open(&output, path, error);

    if (result < 0)
        return result;
    chart_page(output.stream, list, count);
    return output_commit(&output, error);
}

static int report(const struct settings *settings, const struct comparison *list, size_t count,
                  FILE *out, struct error *error)
{
    int result = settings->html ? write_html(settings->html, list, count, error) : 0;

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

static int compare_engines(const struct settings *settings, const struct program *programs,
                           size_t count, const struct observer *observer, FILE *out,
                           struct error *error)
{
    struct comparison *list = calloc(count, sizeof(*list));
    int result = list ? 0 : error_set(error, STATUS_SYSTEM, ENOMEM, "out of memory");

    for (size_t i = 0; i < count && result == 0; i++)
        result = compare_program(&list[i], settings, &programs[i], observer, error);
    if (result == 0)
        result = report(settings, list, count, out, error);
    free(list);
    return result;
}

/* Emulated against paravirtual I/O: the same jobs over each transport. */
static int compare_transports(const struct settings *settings, const struct program *program,
                              const struct observer *observer, FILE *out, struct error *error)
{
    struct comparison_transports comparison = {
        .program = program->name,
        .host = kvm_kind_name(kvm_kind()),
        .engine = settings->engine,
    };
    int result = 0;

    for (int i = 0; i < TRANSPORT_COUNT && result == 0; i++) {
        struct settings asked = *settings;
        struct machine *machine;

        asked.transport = (enum transport)i;
        result = open_machine(&machine, &asked, settings->engine, BACKEND_KVM, error);
        if (result < 0)
            return result;
        machine_observe(machine, observer);
        result = compare_jobs(machine, &program->machine, settings->limit, settings->timeout,
                              &comparison.figures[i], error);
        machine_close(machine);
    }
    if (result < 0)
        return result;
    if (settings->json)
        return comparison_transports_json(out, &comparison, error);
    comparison_transports_text(out, &comparison);
    return 0;
}

static int compare(const struct settings *given, FILE *out, struct error *error)
{
    const size_t count = given->operand_count ? (size_t)given->operand_count : 1;
    struct settings settings = *given;
    struct program *programs = calloc(count, sizeof(*programs));
    struct trace trace = {0};
    int result = programs ? 0 : error_set(error, STATUS_SYSTEM, ENOMEM, "out of memory");

    if (given->transports && (count > 1 || given->html))
        result =
            error_set(error, STATUS_USAGE, EINVAL, "--transports takes one program and no --html");
    if (settings.limit == UINT64_MAX)
        settings.limit = given->transports ? JOB_LIMIT : LIMIT_DEFAULT;
    for (size_t i = 0; i < count && result == 0; i++)
        result = program_read_as(&programs[i], given->operand_count ? given->operands[i] : NULL,
                                 given->from, given->origin, error);
    if (result == 0)
        result = trace_begin(&trace, settings.trace, error);
    if (result == 0)
        result =
            given->transports
                ? compare_transports(&settings, &programs[0], trace_observer(&trace), out, error)
                : compare_engines(&settings, programs, count, trace_observer(&trace), out, error);
    result = trace_end(&trace, result, settings.json ? NULL : out, error);
    free(programs);
    return result;
}

static const enum option_id accepts[] = {
    OPTION_ENGINE, OPTION_TRANSPORT, OPTION_LIMIT,  OPTION_TIMEOUT,    OPTION_TRACE, OPTION_JSON,
    OPTION_HTML,   OPTION_FROM,      OPTION_ORIGIN, OPTION_TRANSPORTS, OPTION_END,
};

const struct command command_compare = {
    .name = "compare",
    .operands = "[PROGRAM]...",
    .summary = "Measure every engine, native and in the guest, side by side",
    .text = "Runs each PROGRAM with every engine (or dispatch and the one given) on both\n"
            "backends in turn and prints SSEM instructions per second, the ratio to dispatch\n"
            "native, the ratio of guest to native speed, which is Popek and Goldberg's\n"
            "efficiency, and the exits of a run. Samples repeat until the figure is stable; one\n"
            "that is not is marked. --limit is 1G unless given. --transports compares words, page\n"
            "and ring instead, on jobs of 100 instructions unless --limit is given.\n",
    .max_operands = PROGRAMS_MAX,
    .accepts = accepts,
    .run = compare,
};
