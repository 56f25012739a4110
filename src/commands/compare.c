/* `compare`: every engine on both backends, side by side on the same program. */
#include "measure/measure.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/output.h"
#include "commands/commands.h"
#include "commands/operands.h"
#include "measure/qemu.h"
#include "report/chart.h"
#include "report/comparison.h"
#include "report/progress.h"
#include "report/trace.h"
#include "sandbox/sandbox.h"
#include "vmm/kvm.h"

#define PROGRAMS_MAX  32
#define ROUNDS_MIN    3
#define LONGEST_SHARE 0.005 /* of the budget: the longest run of dispatch */

static int open_machine(struct machine **machine, const struct settings *settings,
                        enum engine engine, enum backend backend, struct error *error)
{
    struct machine_config config = settings->config;

    config.engine = engine;
    config.backend = backend;
    return machine_open(machine, &config, error);
}

/* What is written besides the answer; not open where not asked for. */
struct files {
    struct output html, csv;
};

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
                       enum engine engine, struct trace *trace, struct error *error)
{
    struct machine **list = machines->list[engine];
    struct machine_config config = settings->config;
    int result = open_machine(&list[BACKEND_NATIVE], settings, engine, BACKEND_NATIVE, error);

    if (result == 0 && machines->has_kvm)
        result = open_machine(&list[BACKEND_KVM], settings, engine, BACKEND_KVM, error);
    if (result < 0 && (error->status == STATUS_NO_KVM || error->status == STATUS_PERMISSION)) {
        machines->has_kvm = false;
        snprintf(machines->reason, sizeof(machines->reason), "%.200s", error->text);
        error->text[0] = '\0';
        result = 0;
    }
    config.engine = engine;
    if (list[BACKEND_KVM])
        machine_observe(list[BACKEND_KVM], trace_observer(trace, &config));
    return result;
}

static int open_engines(struct machines *machines, const struct settings *settings,
                        struct trace *trace, struct sandbox *sandbox, struct error *error)
{
    int result = 0;

    *machines = (struct machines){.has_kvm = true};
    for (int engine = 0; engine < ENGINE_COUNT && result == 0; engine++) {
        if (is_wanted(settings, engine))
            result = open_engine(machines, settings, (enum engine)engine, trace, error);
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

/* What is shown to who waits at a terminal. */
struct view {
    struct progress progress;
    char what[sizeof(((struct program *)0)->name) + 64];
    bool begun;
    size_t waiting; /* programs after this one */
};

__attribute__((format(printf, 3, 4))) static void
show(struct view *view, const struct program *program, const char *format, ...)
{
    const int length = snprintf(view->what, sizeof(view->what), "%s, ", program->name);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(view->what + length, sizeof(view->what) - (size_t)length, format, arguments);
    va_end(arguments);
    view->progress.what = view->what;
    if (view->begun)
        progress_show(&view->progress);
    else
        progress_begin(&view->progress);
    view->begun = true;
}

/* Full emulation of one program with every engine wanted, checked against the native run later. */
static int emulate_program(struct comparison *comparison, const struct settings *settings,
                           const struct program *program, const struct qemu *qemu,
                           struct view *view, struct error *error)
{
    int result = 0;

    snprintf(comparison->qemu.version, sizeof(comparison->qemu.version), "%s", qemu->version);
    comparison->qemu.measured = true;
    for (int engine = 0, row = 0; engine < ENGINE_COUNT && result == 0; engine++) {
        if (!is_wanted(settings, engine))
            continue;
        show(view, program, "%s under QEMU", config_engines[engine].name);
        view->progress.done++;
        result = qemu_measure(qemu, &program->state, (enum engine)engine, comparison->limit,
                              settings->config.seconds, &comparison->rows[row++].qemu, error);
    }
    return result;
}

/* Full emulation of all programs, before the sandbox, which lets nothing be started. Where QEMU is
 * not installed the reason takes the place of the figures. */
static int emulate_all(struct comparison *list, const struct settings *settings,
                       const struct program *programs, size_t count, struct error *error)
{
    struct view view = {.progress.unit = "engines"};
    struct qemu qemu;
    int result = qemu_open(&qemu, error);

    for (int engine = 0; engine < ENGINE_COUNT; engine++)
        view.progress.all += is_wanted(settings, engine) ? (double)count : 0;
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
        result = emulate_program(&list[i], settings, &programs[i], &qemu, &view, error);
    progress_end();
    qemu_close(&qemu);
    return result;
}

/* The pair that is least certain of those that may be measured on, or NULL. */
static struct measure_pair *least_certain(struct measure_pair *pairs, size_t count)
{
    struct measure_pair *found = NULL;
    double widest = MEASURE_SPREAD;

    for (size_t i = 0; i < count; i++)
        if (measure_width(&pairs[i]) > widest) {
            widest = measure_width(&pairs[i]);
            found = &pairs[i];
        }
    return found;
}

/* The pair that is measured after so many rounds: each ROUNDS_MIN times, then the least certain,
 * until the budget is used; NULL after the last. */
static struct measure_pair *next_pair(struct measure_pair *pairs, size_t count, size_t rounds,
                                      double left)
{
    if (rounds < ROUNDS_MIN * count)
        return &pairs[rounds % count];
    return left > 0 ? least_certain(pairs, count) : NULL;
}

static int measure_pairs(struct measure_pair *pairs, size_t count, const struct program *program,
                         double budget, struct view *view, struct error *error)
{
    const uint64_t begun = clock_now();
    double left = budget;
    struct measure_pair *pair;
    int result = 0;

    for (size_t i = 0; result == 0 && (pair = next_pair(pairs, count, i, left)); i++) {
        const double width = measure_width(pair);

        view->progress.left = fmax(left, 0) + (double)view->waiting * budget;
        if (width < 1)
            show(view, program, "to within %.1f %%", 100 * width);
        else
            show(view, program, "first samples");
        result = measure_round(pair, error);
        view->progress.done++;
        left = budget - (double)(clock_now() - begun) / 1e9;
    }
    return result;
}

static bool leaps(const struct comparison_row *row)
{
    return row->figures[BACKEND_NATIVE].leapt > 0;
}

static int compare_program(struct comparison *comparison, const struct settings *settings,
                           double budget, const struct program *program,
                           const struct machines *machines, struct view *view, struct error *error)
{
    struct measure_pair pairs[ENGINE_COUNT];
    int result = 0;

    comparison->program = program->name;
    comparison->host = kvm_kind_name(kvm_kind());
    comparison->has_kvm = machines->has_kvm;
    snprintf(comparison->reason, sizeof(comparison->reason), "%.200s", machines->reason);
    for (int engine = 0; engine < ENGINE_COUNT && result == 0; engine++) {
        struct comparison_row *row = &comparison->rows[comparison->count];
        struct measure_pair *pair = &pairs[comparison->count];

        if (!is_wanted(settings, engine))
            continue;
        row->engine = (enum engine)engine;
        *pair = (struct measure_pair){
            .machines = {machines->list[engine][BACKEND_NATIVE],
                         machines->list[engine][BACKEND_KVM]},
            .figures = {&row->figures[BACKEND_NATIVE], &row->figures[BACKEND_KVM]},
            .start = &program->state,
            .seconds = settings->config.seconds,
        };
        show(view, program, "%s", config_engines[engine].name);
        result = measure_begin(pair, comparison->limit, error);
        comparison->count++;
    }
    if (result == 0)
        result = measure_pairs(pairs, comparison->count, program, budget, view, error);
    for (size_t i = 0; i < comparison->count && result == 0 && comparison->qemu.measured; i++)
        result = qemu_check(&comparison->rows[i].qemu, comparison->rows[i].engine,
                            &comparison->rows[i].figures[BACKEND_NATIVE], error);
    while (comparison->count && leaps(&comparison->rows[comparison->count - 1])) {
        comparison->count--;
        comparison->leaping++;
    }
    return result;
}

static int report(const struct settings *settings, struct files *files,
                  const struct comparison *list, size_t count, FILE *out, struct error *error)
{
    int result = 0;

    if (files->html.stream) {
        chart_page(files->html.stream, list, count);
        result = output_commit(&files->html, error);
    }
    if (result == 0 && files->csv.stream) {
        comparison_csv(files->csv.stream, list, count);
        result = output_commit(&files->csv, error);
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

/* Parses the programs and finds how far each is measured: as far as dispatch, the slowest, comes in
 * its share of time. */
static int cap_programs(struct comparison *list, const struct settings *settings,
                        struct program *programs, size_t count, const struct machines *machines,
                        struct error *error)
{
    const double most = settings->budget / (double)count * LONGEST_SHARE;
    int result = 0;

    for (size_t i = 0; i < count && result == 0; i++) {
        result = operands_parse(settings, &programs[i], error);
        if (result < 0)
            break;
        result = measure_cap(machines->list[ENGINE_DISPATCH][BACKEND_NATIVE], &programs[i].state,
                             settings->limit, most, &list[i].limit, error);
        list[i].is_capped = list[i].limit != settings->limit;
    }
    return result;
}

/* The sandbox lets nothing be started, so that QEMU comes before it, and so do then the programs.
 */
static int compare_all(const struct settings *settings, struct program *programs, size_t count,
                       struct trace *trace, struct files *files, FILE *out, struct error *error)
{
    struct comparison *list = calloc(count, sizeof(*list));
    struct sandbox sandbox = {
        .timers = true,
        .seconds = 10 * settings->budget +
                   (double)count * ENGINE_COUNT * BACKEND_COUNT * settings->config.seconds +
                   SANDBOX_GRACE,
    };
    struct machines machines = {0};
    struct view view = {.progress.unit = "rounds"};
    int result = 0;

    if (!list)
        return error_memory(error);
    result = open_engines(&machines, settings, trace, &sandbox, error);
    if (result == 0 && settings->with_qemu)
        result = cap_programs(list, settings, programs, count, &machines, error);
    if (result == 0 && settings->with_qemu)
        result = emulate_all(list, settings, programs, count, error);
    sandbox_add_output(&sandbox, &trace->output);
    sandbox_add_output(&sandbox, &files->html);
    sandbox_add_output(&sandbox, &files->csv);
    if (result == 0)
        result = sandbox_enter(&sandbox, settings->sandbox, stderr, error);
    if (result == 0 && !settings->with_qemu)
        result = cap_programs(list, settings, programs, count, &machines, error);
    for (size_t i = 0; i < count && result == 0; i++) {
        view.waiting = count - 1 - i;
        result = compare_program(&list[i], settings, settings->budget / (double)count, &programs[i],
                                 &machines, &view, error);
    }
    progress_end();
    machine_disarm();
    if (result == 0)
        result = report(settings, files, list, count, out, error);
    close_engines(&machines);
    free(list);
    return result;
}

static int compare_engines(const struct settings *settings, struct program *programs, size_t count,
                           struct trace *trace, FILE *out, struct error *error)
{
    struct files files = {0};
    int result = settings->html ? output_open(&files.html, settings->html, error) : 0;

    if (result == 0 && settings->csv)
        result = output_open(&files.csv, settings->csv, error);
    if (result == 0) {
        kvm_kind();
        result = compare_all(settings, programs, count, trace, &files, out, error);
    }
    if (files.html.stream)
        output_abandon(&files.html);
    if (files.csv.stream)
        output_abandon(&files.csv);
    return result;
}

static int compare(const struct settings *settings, FILE *out, struct error *error)
{
    const size_t count = settings->operand_count ? (size_t)settings->operand_count : 1;
    struct program *programs = calloc(count, sizeof(*programs));
    struct trace trace = {0};
    int result = programs ? 0 : error_memory(error);

    for (size_t i = 0; i < count && result == 0; i++)
        result = operands_fetch(settings, (int)i, &programs[i], error);
    if (result == 0)
        result = trace_begin(&trace, settings->trace, error);
    if (result == 0)
        result = compare_engines(settings, programs, count, &trace, out, error);
    result = trace_end(&trace, result, settings->json ? NULL : out, error);
    operands_drop(programs, count);
    return result;
}

static const struct accepted accepts[] = {
    {.id = OPTION_ENGINES},   {.id = OPTION_TRANSPORT}, {.id = OPTION_LIMIT, .initial = "1G"},
    {.id = OPTION_TIMEOUT},   {.id = OPTION_TRACE},     {.id = OPTION_JSON},
    {.id = OPTION_HTML},      {.id = OPTION_CSV},       {.id = OPTION_BUDGET},
    {.id = OPTION_FROM},      {.id = OPTION_ORIGIN},    {.id = OPTION_SET},
    {.id = OPTION_WITH_QEMU}, {.id = OPTION_SANDBOX},   {.id = OPTION_END},
};

const struct command command_compare = {
    .name = "compare",
    .operands = "[PROGRAM]...",
    .summary = "Measure every engine, native and in the guest, side by side",
    .text = "Runs each PROGRAM with every engine (or dispatch and those given) on both backends "
            "in turn, in whole runs of several lengths, and fits time = per run + per instruction "
            "x instructions to each. What an instruction costs in the guest over what it costs "
            "natively is Popek and Goldberg's efficiency; what a run costs more there is the way "
            "in and out. The budget is spent where the figures are most uncertain. A long "
            "program is measured from its beginning, as far as the budget goes.\n",
    .max_operands = PROGRAMS_MAX,
    .accepts = accepts,
    .run = compare,
};
