/* The state as a JSON object with the schema babyvisor/store/1. */
#include "ssem/state_json.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "ssem/isa.h"

#define SCHEMA     "babyvisor/store/1"
#define SCHEMA_RUN "babyvisor/run/1"

bool state_json_recognise(const struct source *source)
{
    size_t at = 0;

    while (at < source->length && strchr(" \t\r\n", source->text[at]) && source->text[at])
        at++;
    return at < source->length && source->text[at] == '{';
}

/* Whether value is an integer that a word can hold, signed or not; sets *word. */
static bool get_word(const json_t *value, uint32_t *word)
{
    json_int_t number = json_integer_value(value);

    *word = (uint32_t)number;
    return json_is_integer(value) && number >= INT32_MIN && number <= (json_int_t)UINT32_MAX;
}

static void read_lines(struct baby *m, const json_t *lines, struct diagnostics *d)
{
    if (!json_is_array(lines) || json_array_size(lines) > ABI_LINES) {
        diagnostics_add_whole(d, "\"store\" must be an array of at most 32 numbers");
        return;
    }
    for (size_t i = 0; i < json_array_size(lines); i++)
        if (!get_word(json_array_get(lines, i), &m->store[i]))
            diagnostics_add_whole(d, "\"store\": line %zu is not a whole number of 32 bits", i);
}

static void read_member(struct baby *m, const char *schema, const char *key, const json_t *value,
                        struct diagnostics *d)
{
    char shown[64];

    if (strcmp(key, "store") == 0) {
        read_lines(m, value, d);
    } else if (strcmp(key, "a") == 0) {
        if (!get_word(value, &m->a))
            diagnostics_add_whole(d, "\"a\" is not a whole number of 32 bits");
    } else if (strcmp(key, "ci") == 0) {
        if (!get_word(value, &m->ci) || m->ci >= ABI_LINES)
            diagnostics_add_whole(d, "\"ci\" is not a number from 0 to 31");
    } else if (strcmp(key, "schema") != 0 && strcmp(schema, SCHEMA) == 0) {
        diagnostics_add_whole(d, "unknown key \"%s\"",
                              error_escape(shown, sizeof(shown), key, strlen(key)));
    }
}

static void read_object(struct baby *m, json_t *object, struct diagnostics *d)
{
    const char *schema = json_string_value(json_object_get(object, "schema"));
    json_t *value;
    const char *key;

    if (!schema || (strcmp(schema, SCHEMA) != 0 && strcmp(schema, SCHEMA_RUN) != 0)) {
        diagnostics_add_whole(d, "\"schema\" must be \"" SCHEMA "\" or \"" SCHEMA_RUN "\"");
        return;
    }
    if (!json_object_get(object, "store"))
        diagnostics_add_whole(d, "there is no \"store\" in it");
    json_object_foreach(object, key, value) read_member(m, schema, key, value, d);
}

/* jansson's position is that of the byte after the one that it stumbled over, from 1. */
static void bad_syntax(const struct source *source, const json_error_t *wrong,
                       struct diagnostics *d)
{
    size_t offset = wrong->position > 0 ? (size_t)wrong->position - 1 : 0;
    char shown[2 * JSON_ERROR_TEXT_LENGTH];
    struct source_line line;

    error_escape(shown, sizeof(shown), wrong->text, strlen(wrong->text));
    source_find(source, offset, &line);
    if (line.number)
        diagnostics_add(d, &line, offset - (size_t)(line.text - source->text) + 1, "%s", shown);
    else
        diagnostics_add_whole(d, "%s", shown);
}

void state_json_read(struct baby *m, const struct source *source, struct diagnostics *d)
{
    json_error_t wrong;
    json_t *object = json_loadb(source->text, source->length, JSON_REJECT_DUPLICATES, &wrong);

    if (!object)
        bad_syntax(source, &wrong, d);
    else if (json_is_object(object))
        read_object(m, object, d);
    else
        diagnostics_add_whole(d, "not a JSON object");
    json_decref(object);
}

void state_json_write(FILE *out, const struct baby *m)
{
    fprintf(out, "{\"schema\":\"" SCHEMA "\",\"a\":%" PRId32 ",\"ci\":%u,\"store\":[",
            isa_number(m->a), (unsigned)m->ci);
    for (int i = 0; i < ABI_LINES; i++)
        fprintf(out, "%s%" PRId32, i ? "," : "", isa_number(m->store[i]));
    fprintf(out, "]}\n");
}
