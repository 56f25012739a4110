/* What `verify` found, for people and for programs. */
#include "report/verification.h"

#include <inttypes.h>
#include <jansson.h>

#include "report/json.h"
#include "report/text.h"
#include "ssem/isa.h"
#include "ssem/listing.h"

static const char *stop_name(enum stop stop)
{
    return stop == STOP_STP ? "STP" : "the budget";
}

static void print_word(FILE *out, const char *label, uint32_t expected, uint32_t got)
{
    if (expected != got)
        fprintf(out, "  %-8s T has %" PRId32 ", interp(V) has %" PRId32 "\n", label,
                isa_number(expected), isa_number(got));
}

/* Both states of the first difference, as far as they differ, and what was to be obeyed. */
static void print_difference(FILE *out, const struct verify_result *result)
{
    const struct baby *t = &result->expected, *v = &result->got;
    const uint32_t line = (result->before.ci + 1) % ABI_LINES;
    char label[16], instruction[8];

    fprintf(out,
            "  after %" PRIu64 " instructions, %" PRIu64 " more were asked for, the first being "
            "line %u, %s\n",
            result->at, result->budget, (unsigned)line,
            isa_text(result->before.store[line], instruction));
    for (unsigned i = 0; i < ABI_LINES; i++) {
        snprintf(label, sizeof(label), "line %u", i);
        print_word(out, label, t->store[i], v->store[i]);
    }
    print_word(out, "A", t->a, v->a);
    print_word(out, "CI", t->ci, v->ci);
    if (t->executed != v->executed)
        fprintf(out, "  executed T %" PRIu64 ", V %" PRIu64 "\n", t->executed, v->executed);
    if (result->expected_stop != result->got_stop)
        fprintf(out, "  stopped  T by %s, V by %s\n", stop_name(result->expected_stop),
                stop_name(result->got_stop));
    fprintf(out, "  the state before that call\n");
    listing_write(out, &result->before);
}

void verification_text(FILE *out, const struct verification *list, size_t count)
{
    uint64_t states = 0;
    char number[TEXT_GROUPED];

    fprintf(out, "%-12s %-8s %14s  %s\n", "engine", "backend", "T-states", "interp(V)");
    for (size_t i = 0; i < count; i++) {
        const struct verification *row = &list[i];

        states += row->result.states;
        fprintf(out, "%-12s %-8s %14s  %s\n", config_engines[row->engine].name,
                config_backends[row->backend].name, text_grouped(row->result.states, number),
                row->reason[0]      ? row->reason
                : row->result.equal ? "equals T"
                                    : "DIFFERS from T");
        if (!row->reason[0] && !row->result.equal)
            print_difference(out, &row->result);
    }
    fprintf(out, "\n%s T-states compared\n", text_grouped(states, number));
}

static json_t *state_object(const struct baby *m, enum stop stop)
{
    return json_pack("{s:I, s:I, s:o, s:s, s:o}", "a", (json_int_t)isa_number(m->a), "ci",
                     (json_int_t)m->ci, "executed", json_unsigned(m->executed), "stop",
                     stop == STOP_STP ? "stp" : "limit", "store", json_store(m));
}

static json_t *row_object(const struct verification *row)
{
    const struct verify_result *result = &row->result;
    json_t *object =
        json_pack("{s:s, s:s, s:I}", "engine", config_engines[row->engine].name, "backend",
                  config_backends[row->backend].name, "states", (json_int_t)result->states);

    if (row->reason[0]) {
        json_object_set_new(object, "not_run", json_string(row->reason));
        return object;
    }
    json_object_set_new(object, "equal", json_boolean(result->equal));
    if (!result->equal)
        json_object_set_new(object, "difference",
                            json_pack("{s:o, s:o, s:o, s:o, s:o}", "at", json_unsigned(result->at),
                                      "budget", json_unsigned(result->budget), "before",
                                      state_object(&result->before, STOP_LIMIT), "expected",
                                      state_object(&result->expected, result->expected_stop), "got",
                                      state_object(&result->got, result->got_stop)));
    return object;
}

int verification_json(FILE *out, const char *program, uint64_t limit,
                      const struct verification *list, size_t count, struct error *error)
{
    json_t *rows = json_array();
    uint64_t states = 0;
    bool equal = true;

    for (size_t i = 0; i < count; i++) {
        json_array_append_new(rows, row_object(&list[i]));
        states += list[i].result.states;
        equal = equal && !list[i].reason[0] && list[i].result.equal;
    }
    return json_print(out,
                      json_pack("{s:s, s:s, s:o, s:I, s:b, s:o}", "schema", "babyvisor/verify/1",
                                "program", program, "limit", json_unsigned(limit), "states",
                                (json_int_t)states, "equal", equal, "results", rows),
                      error);
}
