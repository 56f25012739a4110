/* The exit atlas for programs. */
#include "report/atlas_json.h"
#include "observe/host.h"

#include <inttypes.h>
#include <jansson.h>

#include "atlas/code.h"
#include "atlas/sensitive.h"
#include "observe/fault.h"
#include "report/atlas_text.h"
#include "report/json.h"
#include "vmm/exits.h"
#include "vmm/kvm.h"
#include "vmm/record.h"

static json_t *code_array(const struct atlas_guest *guest)
{
    json_t *array = json_array();
    struct code_line line;

    for (size_t n = 0; code_line(guest, n, &line) == 0; n++) {
        char bytes[2 * CODE_BYTES + 1] = "";

        for (size_t i = 0; i < line.size && i < CODE_BYTES; i++)
            snprintf(bytes + 2 * i, 3, "%02x", line.bytes[i]);
        json_array_append_new(array,
                              json_pack("{s:I, s:s, s:s}", "address", (json_int_t)line.address,
                                        "bytes", bytes, "text", line.text));
    }
    return array;
}

static json_t *class_array(const struct atlas_row *row)
{
    json_t *array = json_array();

    if (row->class & ATLAS_CONTROL)
        json_array_append_new(array, json_string("control-sensitive"));
    if (row->class & ATLAS_BEHAVIOUR)
        json_array_append_new(array, json_string("behaviour-sensitive"));
    if (!row->class)
        json_array_append_new(array, json_string("innocuous"));
    return array;
}

static json_t *row_object(const struct atlas_row *row)
{
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:s}", "name", row->name, "group", atlas_group_name(row->group),
                  "provokes", row->provokes, "story", row->story);

    json_object_set_new(object, "class", class_array(row));
    json_object_set_new(object, "user_sensitive",
                        json_boolean(row->class && !(row->class & ATLAS_SUPERVISOR)));
    json_object_set_new(object, "needs",
                        row->capability ? json_string(row->capability) : json_null());
    return object;
}

static void set_rate(json_t *object, const char *name, double value)
{
    json_object_set_new(object, name, value < 0 ? json_null() : json_real(value));
}

static json_t *cost_object(const struct atlas_result *result)
{
    if (!result->samples)
        return json_null();
    return json_pack("{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:I, s:I}", "median_ns",
                     result->median_ns, "p99_ns", result->p99_ns, "min_ns", result->min_ns,
                     "mean_ns", result->mean_ns, "max_ns", result->max_ns, "median_cycles",
                     result->median_cycles, "p99_cycles", result->p99_cycles, "samples",
                     (json_int_t)result->samples, "iterations", (json_int_t)result->iterations);
}

/* The exit's name, or its number where it has none. */
static json_t *exit_value(const struct atlas_result *result)
{
    const char *name = exits_reason_name(result->reason);

    if (result->happened != ATLAS_EXIT)
        return json_null();
    if (result->reason == RECORD_INTERRUPTED)
        return json_string("INTR");
    return name ? json_string(name) : json_integer(result->reason);
}

static json_t *answer_value(const struct atlas_result *result)
{
    if (result->answer == ATLAS_NO_ANSWER)
        return json_null();
    return json_string(result->answer == ATLAS_RIGHT ? "right" : "wrong");
}

static json_t *result_object(const struct atlas_result *result, bool code)
{
    json_t *object = row_object(result->row);
    char text[240], fault[FAULT_MNEMONIC];

    json_object_set_new(object, "ring", json_integer(result->ring));
    json_object_set_new(object, "happened", json_string(atlas_happened_name(result->happened)));
    json_object_set_new(object, "text",
                        json_string(atlas_text_happened(result, text, sizeof(text))));
    json_object_set_new(object, "exit", exit_value(result));
    json_object_set_new(object, "fault",
                        result->happened == ATLAS_FAULT
                            ? json_string(fault_mnemonic(result->vector, fault))
                            : json_null());
    json_object_set_new(object, "stuck",
                        json_boolean(result->happened == ATLAS_FAULT && result->stuck));
    json_object_set_new(object, "detail", json_string(result->detail));
    json_object_set_new(object, "answer", answer_value(result));
    json_object_set_new(object, "capability",
                        result->row->capability ? json_integer(result->capability) : json_null());
    set_rate(object, "exits", result->operations ? result->exits : -1);
    set_rate(object, "faults", result->operations ? result->faults : -1);
    set_rate(object, "kernel_exits", result->kernel);
    set_rate(object, "emulated", result->emulated);
    set_rate(object, "page_faults", result->page_faults);
    json_object_set_new(object, "cost", cost_object(result));
    if (code)
        json_object_set_new(object, "code", code_array(result->row->guest));
    return object;
}

static json_t *names_array(const struct sensitive_list *list)
{
    json_t *array = json_array();

    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(array, json_string(list->rows[i]->name));
    return array;
}

/* A yes, a no, or null for not decided. */
static json_t *holds_value(enum sensitive_answer holds)
{
    return holds == SENSITIVE_UNDECIDED ? json_null() : json_boolean(holds == SENSITIVE_YES);
}

static json_t *theorem_object(const struct sensitive_theorem *theorem)
{
    return json_pack("{s:o, s:I, s:o, s:o}", "holds", holds_value(theorem->holds), "instructions",
                     (json_int_t)theorem->all.count, "missing", names_array(&theorem->missing),
                     "against", names_array(&theorem->against));
}

static json_t *sensitive_object(const struct atlas_result *results, size_t count)
{
    struct sensitive_verdict verdict;
    const struct sensitive_theorem *theorem = &verdict.theorem1;

    sensitive_judge(&verdict, results, count);
    return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o}", "known",
                     (json_int_t)(theorem->all.count - theorem->missing.count), "subset",
                     holds_value(theorem->holds), "run_unnoticed", names_array(&theorem->against),
                     "wrong", names_array(&verdict.wrong), "theorem_1", theorem_object(theorem),
                     "theorem_3", theorem_object(&verdict.theorem3));
}

int atlas_json_print(FILE *out, const struct atlas_result *results, size_t count, bool code,
                     struct error *error)
{
    json_t *rows = json_array();
    char emulator[64];

    host_emulator(emulator, sizeof(emulator));
    for (size_t i = 0; i < count; i++)
        json_array_append_new(rows, result_object(&results[i], code));
    return json_print(out,
                      json_pack("{s:s, s:s, s:o, s:o, s:o}", "schema", "babyvisor/exits/1", "host",
                                kvm_kind_name(kvm_kind()), "rows", rows, "sensitive",
                                sensitive_object(results, count), "emulator",
                                emulator[0] ? json_string(emulator) : json_null()),
                      error);
}

int atlas_json_list(FILE *out, const struct atlas_row *const *rows, size_t count,
                    struct error *error)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, row_object(rows[i]));
    return json_print(
        out, json_pack("{s:s, s:o}", "schema", "babyvisor/exits-list/1", "rows", list), error);
}
