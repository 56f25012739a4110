/* What `compare` measured, as JSON. */
#include <jansson.h>

#include "report/comparison.h"
#include "report/json.h"

static json_t *interval_object(const struct fit_interval *interval)
{
    return json_pack("{s:f, s:f, s:f}", "value", interval->value, "low", interval->low, "high",
                     interval->high);
}

static json_t *length_object(const struct measure_length *length)
{
    json_t *seconds = json_array();

    for (size_t i = 0; i < length->samples; i++)
        json_array_append_new(seconds, json_real(length->seconds[i]));
    return json_pack("{s:I, s:I, s:o}", "instructions", (json_int_t)length->instructions,
                     "runs_per_sample", (json_int_t)length->runs, "seconds_per_run", seconds);
}

static json_t *lengths_array(const struct measure_figure *figure)
{
    json_t *lengths = json_array();

    for (size_t n = 0; n < figure->length_count; n++)
        json_array_append_new(lengths, length_object(&figure->lengths[n]));
    return lengths;
}

/* A rate, or where turns are leapt over, a time. */
static json_t *speed_object(const struct measure_figure *figure)
{
    if (figure->leapt == 0)
        return json_pack("{s:f}", "instructions_per_second", figure->rate);
    return json_pack("{s:f, s:f, s:f}", "median_seconds_per_run", figure->median, "leaps_per_run",
                     figure->leaps, "leapt_per_run", figure->leapt);
}

static json_t *figure_object(const struct measure_figure *figure)
{
    json_t *object = speed_object(figure);
    json_t *rest = json_pack(
        "{s:b, s:f, s:I, s:I, s:f, s:f, s:f, s:f, s:o}", "stable", figure->stable, "spread",
        figure->spread, "samples", (json_int_t)figure->lengths[0].samples, "runs_per_sample",
        (json_int_t)figure->lengths[0].runs, "exits_per_run", figure->exits, "translations_per_run",
        figure->translations, "invalidations_per_run", figure->invalidations, "fallbacks_per_run",
        figure->fallbacks, "lengths", lengths_array(figure));

    json_object_update(object, rest);
    json_decref(rest);
    if (object && figure->has_fit) {
        json_object_set_new(object, "seconds_per_run", interval_object(&figure->fit.per_run));
        if (figure->fit.has_slope)
            json_object_set_new(object, "seconds_per_instruction",
                                interval_object(&figure->fit.per_instruction));
        json_object_set_new(object, "bend", json_real(figure->fit.bend));
    }
    return object;
}

/* Adds how the row's figures compare with each other and with those of dispatch. */
static void set_ratios(json_t *object, const struct comparison *comparison,
                       const struct comparison_row *row)
{
    struct fit_interval interval;

    json_object_set_new(object, "native_to_dispatch",
                        json_real(comparison_ratio(comparison, row, BACKEND_NATIVE)));
    if (!comparison->has_kvm)
        return;
    json_object_set_new(object, "kvm_to_dispatch",
                        json_real(comparison_ratio(comparison, row, BACKEND_KVM)));
    if (comparison_efficiency(comparison, row, &interval)) {
        json_object_set_new(object, "efficiency", json_real(interval.value));
        json_object_set_new(object, "efficiency_interval", interval_object(&interval));
    }
    if (comparison_crossing(comparison, row, &interval))
        json_object_set_new(object, "crossing_seconds", interval_object(&interval));
}

static json_t *row_object(const struct comparison *comparison, const struct comparison_row *row)
{
    const bool has_rate = row < &comparison->rows[comparison->count];
    json_t *object = json_pack("{s:s, s:o}", "engine", config_engines[row->engine].name, "native",
                               figure_object(&row->figures[BACKEND_NATIVE]));

    if (comparison->has_kvm)
        json_object_set_new(object, "kvm", figure_object(&row->figures[BACKEND_KVM]));
    if (!has_rate)
        return object;
    set_ratios(object, comparison, row);
    if (comparison->qemu.measured) {
        const struct measure_figure *figure = &row->qemu.figure;

        json_object_set_new(
            object, "qemu",
            json_pack("{s:f, s:b, s:f, s:I, s:I, s:f}", "instructions_per_second", figure->rate,
                      "stable", figure->stable, "spread", figure->spread, "samples",
                      (json_int_t)figure->lengths[0].samples, "runs_per_sample",
                      (json_int_t)figure->lengths[0].runs, "startup_seconds", row->qemu.startup));
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

        for (size_t j = 0; j < list[i].count + list[i].leaping; j++)
            json_array_append_new(rows, row_object(&list[i], &list[i].rows[j]));
        json_t *program = json_pack(
            "{s:s, s:o, s:o}", "program", list[i].program, "instructions",
            json_unsigned(list[i].rows[0].figures[BACKEND_NATIVE].lengths[0].instructions),
            "engines", rows);

        if (program)
            json_object_set_new(program, "capped", json_boolean(list[i].is_capped));
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

int comparison_transports_json(FILE *out, const struct comparison_transports *comparison,
                               struct error *error)
{
    json_t *list = json_array();

    for (int i = 0; i < TRANSPORT_COUNT; i++) {
        const struct measure_figure *figure = &comparison->figures[i];

        json_array_append_new(
            list, json_pack("{s:s, s:f, s:f, s:b}", "transport", config_transports[i].name,
                            "exits_per_job", figure->exits, "jobs_per_second",
                            comparison_jobs_per_second(figure), "stable", figure->stable));
    }
    return json_print(out,
                      json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "schema",
                                "babyvisor/transports/1", "host", comparison->host, "program",
                                comparison->program, "engine",
                                config_engines[comparison->engine].name, "instructions_per_job",
                                json_unsigned(comparison->figures[0].lengths[0].instructions),
                                "transports", list),
                      error);
}
