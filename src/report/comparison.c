/* What `compare` measured: a table for people, JSON for programs. */
#include "report/comparison.h"

#include <jansson.h>

#include "report/json.h"
#include "report/text.h"

static const struct comparison_row *find_dispatch(const struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->count; i++)
        if (comparison->rows[i].engine == ENGINE_DISPATCH)
            return &comparison->rows[i];
    return NULL;
}

double comparison_ratio(const struct comparison *comparison, const struct comparison_row *row,
                        enum backend backend)
{
    const struct comparison_row *dispatch = find_dispatch(comparison);
    double base = dispatch ? dispatch->figures[BACKEND_NATIVE].rate : 0;

    return base > 0 ? row->figures[backend].rate / base : 0;
}

double comparison_efficiency(const struct comparison *comparison, const struct comparison_row *row)
{
    double native = row->figures[BACKEND_NATIVE].rate;

    return comparison->has_kvm && native > 0 ? row->figures[BACKEND_KVM].rate / native : 0;
}

double comparison_emulation(const struct comparison *comparison, const struct comparison_row *row,
                            enum backend backend)
{
    double rate = row->figures[backend].rate;

    return comparison->qemu.measured && rate > 0 ? row->qemu.figure.rate / rate : 0;
}

static void print_rate(FILE *out, const struct measure_figure *figure)
{
    fprintf(out, " %9.1f%c", figure->rate / 1e6, figure->stable ? ' ' : '~');
}

static void print_ratios(FILE *out, const struct comparison *comparison,
                         const struct comparison_row *row)
{
    const struct measure_figure *guest = &row->figures[BACKEND_KVM];

    fprintf(out, " %8.2f %8.2f %8.3f %8.2f %9.1f %9.1f %9.1f\n",
            comparison_ratio(comparison, row, BACKEND_NATIVE),
            comparison_ratio(comparison, row, BACKEND_KVM), comparison_efficiency(comparison, row),
            guest->exits, guest->translations, guest->invalidations, guest->fallbacks);
}

/* Full emulation beside the two backends: a table of its own, as the first one is wide enough. */
static void print_emulation(FILE *out, const struct comparison *comparison)
{
    fprintf(out, "\nfull emulation: the same image under QEMU %s (TCG)\n",
            comparison->qemu.version);
    fprintf(out, "%-12s %10s %10s %10s %10s %10s %10s\n", "", "native", "guest", "emulated",
            "emulated/", "emulated/", "start-up");
    fprintf(out, "%-12s %10s %10s %10s %10s %10s %10s\n", "engine", "M instr/s ", "M instr/s ",
            "M instr/s ", "native", "guest", "ms");
    for (size_t i = 0; i < comparison->count; i++) {
        const struct comparison_row *row = &comparison->rows[i];

        fprintf(out, "%-12s", config_engines[row->engine].name);
        print_rate(out, &row->figures[BACKEND_NATIVE]);
        if (comparison->has_kvm)
            print_rate(out, &row->figures[BACKEND_KVM]);
        else
            fprintf(out, " %9s ", "-");
        print_rate(out, &row->qemu.figure);
        fprintf(out, " %10.4f", comparison_emulation(comparison, row, BACKEND_NATIVE));
        if (comparison->has_kvm)
            fprintf(out, " %10.4f", comparison_emulation(comparison, row, BACKEND_KVM));
        else
            fprintf(out, " %10s", "-");
        fprintf(out, " %10.1f\n", row->qemu.startup * 1e3);
    }
}

void comparison_text(FILE *out, const struct comparison *comparison)
{
    const struct measure_figure *first = &comparison->rows[0].figures[BACKEND_NATIVE];
    char number[TEXT_GROUPED];
    bool unstable = false;

    fprintf(out, "%s: %s instructions, %s; KVM by %s\n", comparison->program,
            text_grouped(first->instructions, number),
            first->stop == STOP_STP ? "until STP" : "until the limit", comparison->host);
    fprintf(out, "%-12s %10s %10s %8s %8s %8s %8s %9s %9s %9s\n", "", "native", "guest", "native/",
            "guest/", "guest/", "exits", "trans-", "invali-", "fall-");
    fprintf(out, "%-12s %10s %10s %8s %8s %8s %8s %9s %9s %9s\n", "engine", "M instr/s ",
            "M instr/s ", "dispatch", "dispatch", "native", "per run", "lations", "dations",
            "backs");
    for (size_t i = 0; i < comparison->count; i++) {
        const struct comparison_row *row = &comparison->rows[i];

        fprintf(out, "%-12s", config_engines[row->engine].name);
        print_rate(out, &row->figures[BACKEND_NATIVE]);
        unstable = unstable || !row->figures[BACKEND_NATIVE].stable;
        if (!comparison->has_kvm) {
            fprintf(out, " %10s %8.2f\n", "-", comparison_ratio(comparison, row, BACKEND_NATIVE));
            continue;
        }
        print_rate(out, &row->figures[BACKEND_KVM]);
        unstable = unstable || !row->figures[BACKEND_KVM].stable;
        print_ratios(out, comparison, row);
    }
    if (comparison->qemu.measured) {
        print_emulation(out, comparison);
        for (size_t i = 0; i < comparison->count; i++)
            unstable = unstable || !comparison->rows[i].qemu.figure.stable;
    }
    if (unstable)
        fprintf(out, "~ not stable: the middle half of the samples spreads over more than %.0f%%\n",
                MEASURE_SPREAD * 100);
    if (!comparison->has_kvm)
        fprintf(out, "guest not measured: %s\n", comparison->reason);
    if (comparison->qemu.asked && !comparison->qemu.measured)
        fprintf(out, "full emulation not measured: %s\n", comparison->qemu.reason);
}

static json_t *figure_object(const struct measure_figure *figure)
{
    return json_pack("{s:f, s:b, s:f, s:I, s:I, s:f, s:f, s:f, s:f}", "instructions_per_second",
                     figure->rate, "stable", figure->stable, "spread", figure->spread, "samples",
                     (json_int_t)figure->samples, "runs_per_sample", (json_int_t)figure->runs,
                     "exits_per_run", figure->exits, "translations_per_run", figure->translations,
                     "invalidations_per_run", figure->invalidations, "fallbacks_per_run",
                     figure->fallbacks);
}

static json_t *row_object(const struct comparison *comparison, const struct comparison_row *row)
{
    json_t *object =
        json_pack("{s:s, s:o, s:f}", "engine", config_engines[row->engine].name, "native",
                  figure_object(&row->figures[BACKEND_NATIVE]), "native_to_dispatch",
                  comparison_ratio(comparison, row, BACKEND_NATIVE));

    if (comparison->has_kvm) {
        json_object_set_new(object, "kvm", figure_object(&row->figures[BACKEND_KVM]));
        json_object_set_new(object, "kvm_to_dispatch",
                            json_real(comparison_ratio(comparison, row, BACKEND_KVM)));
        json_object_set_new(object, "efficiency",
                            json_real(comparison_efficiency(comparison, row)));
    }
    if (comparison->qemu.measured) {
        const struct measure_figure *figure = &row->qemu.figure;

        json_object_set_new(object, "qemu",
                            json_pack("{s:f, s:b, s:f, s:I, s:I, s:f}", "instructions_per_second",
                                      figure->rate, "stable", figure->stable, "spread",
                                      figure->spread, "samples", (json_int_t)figure->samples,
                                      "runs_per_sample", (json_int_t)figure->runs,
                                      "startup_seconds", row->qemu.startup));
        json_object_set_new(object, "qemu_to_native",
                            json_real(comparison_emulation(comparison, row, BACKEND_NATIVE)));
        if (comparison->has_kvm)
            json_object_set_new(object, "qemu_to_kvm",
                                json_real(comparison_emulation(comparison, row, BACKEND_KVM)));
    }
    return object;
}

int comparison_json(FILE *out, const struct comparison *list, size_t count, struct error *error)
{
    json_t *programs = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *rows = json_array();

        for (size_t j = 0; j < list[i].count; j++)
            json_array_append_new(rows, row_object(&list[i], &list[i].rows[j]));
        json_t *program = json_pack(
            "{s:s, s:I, s:o}", "program", list[i].program, "instructions",
            (json_int_t)list[i].rows[0].figures[BACKEND_NATIVE].instructions, "engines", rows);

        if (program && !list[i].has_kvm)
            json_object_set_new(program, "kvm_not_run", json_string(list[i].reason));
        if (program && list[i].qemu.measured)
            json_object_set_new(program, "qemu_version", json_string(list[i].qemu.version));
        else if (program && list[i].qemu.asked)
            json_object_set_new(program, "qemu_not_run", json_string(list[i].qemu.reason));
        json_array_append_new(programs, program);
    }
    return json_print(out,
                      json_pack("{s:s, s:s, s:o}", "schema", "babyvisor/compare/1", "host",
                                list[0].host, "programs", programs),
                      error);
}

static double jobs_per_second(const struct measure_figure *figure)
{
    return figure->instructions ? figure->rate / (double)figure->instructions : 0;
}

void comparison_transports_text(FILE *out, const struct comparison_transports *comparison)
{
    const struct measure_figure *words = &comparison->figures[TRANSPORT_WORDS];
    char number[TEXT_GROUPED];

    fprintf(out, "%s: jobs of %s instructions, engine %s; KVM by %s\n", comparison->program,
            text_grouped(words->instructions, number), config_engines[comparison->engine].name,
            comparison->host);
    fprintf(out, "%-12s %14s %14s %14s %12s\n", "transport", "exits per job", "us per job",
            "jobs/s", "to words");
    for (int i = 0; i < TRANSPORT_COUNT; i++) {
        const struct measure_figure *figure = &comparison->figures[i];

        fprintf(out, "%-12s %14.3f %14.2f %14s %11.2fx%s\n", config_transports[i].name,
                figure->exits, 1e6 / jobs_per_second(figure),
                text_grouped((uint64_t)jobs_per_second(figure), number),
                jobs_per_second(figure) / jobs_per_second(words), figure->stable ? "" : " ~");
    }
}

int comparison_transports_json(FILE *out, const struct comparison_transports *comparison,
                               struct error *error)
{
    json_t *list = json_array();

    for (int i = 0; i < TRANSPORT_COUNT; i++) {
        const struct measure_figure *figure = &comparison->figures[i];

        json_array_append_new(list, json_pack("{s:s, s:f, s:f, s:b}", "transport",
                                              config_transports[i].name, "exits_per_job",
                                              figure->exits, "jobs_per_second",
                                              jobs_per_second(figure), "stable", figure->stable));
    }
    return json_print(
        out,
        json_pack("{s:s, s:s, s:s, s:s, s:I, s:o}", "schema", "babyvisor/transports/1", "host",
                  comparison->host, "program", comparison->program, "engine",
                  config_engines[comparison->engine].name, "instructions_per_job",
                  (json_int_t)comparison->figures[0].instructions, "transports", list),
        error);
}
