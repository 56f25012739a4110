/* The state as a JSON object with the schema babyvisor/store/1. */
#include "ssem/state_json.h"

#include <errno.h>
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

static int bad(struct error *error, const struct source *source, const char *what)
{
    return error_set(error, STATUS_DATA, EINVAL, "%s: %s", source->name, what);
}

/* Whether value is an integer that a word can hold, signed or not; sets *word. */
static bool get_word(const json_t *value, uint32_t *word)
{
    json_int_t number = json_integer_value(value);

    *word = (uint32_t)number;
    return json_is_integer(value) && number >= INT32_MIN && number <= (json_int_t)UINT32_MAX;
}

static int read_lines(struct baby *m, const struct source *source, const json_t *lines,
                      struct error *error)
{
    if (!json_is_array(lines) || json_array_size(lines) > ABI_LINES)
        return bad(error, source, "\"store\" has to be an array of at most 32 numbers");
    for (size_t i = 0; i < json_array_size(lines); i++)
        if (!get_word(json_array_get(lines, i), &m->store[i]))
            return error_set(error, STATUS_DATA, EINVAL,
                             "%s: \"store\": line %zu is not a whole number of 32 bits",
                             source->name, i);
    return 0;
}

static int read_object(struct baby *m, const struct source *source, json_t *object,
                       struct error *error)
{
    const char *schema = json_string_value(json_object_get(object, "schema"));
    json_t *value;
    const char *key;

    if (!schema || (strcmp(schema, SCHEMA) != 0 && strcmp(schema, SCHEMA_RUN) != 0))
        return bad(error, source, "\"schema\" has to be \"" SCHEMA "\" or \"" SCHEMA_RUN "\"");
    if (!json_object_get(object, "store"))
        return bad(error, source, "there is no \"store\" in it");
    json_object_foreach(object, key, value)
    {
        char shown[64];

        if (strcmp(key, "store") == 0) {
            int result = read_lines(m, source, value, error);

            if (result < 0)
                return result;
        } else if (strcmp(key, "a") == 0) {
            if (!get_word(value, &m->a))
                return bad(error, source, "\"a\" is not a whole number of 32 bits");
        } else if (strcmp(key, "ci") == 0) {
            if (!get_word(value, &m->ci) || m->ci >= ABI_LINES)
                return bad(error, source, "\"ci\" is not a number from 0 to 31");
        } else if (strcmp(key, "schema") != 0 && strcmp(schema, SCHEMA) == 0) {
            return error_set(error, STATUS_DATA, EINVAL, "%s: unknown key \"%s\"", source->name,
                             error_escape(shown, sizeof(shown), key, strlen(key)));
        }
    }
    return 0;
}

int state_json_read(struct baby *m, const struct source *source, struct error *error)
{
    json_error_t wrong;
    json_t *object = json_loadb(source->text, source->length, JSON_REJECT_DUPLICATES, &wrong);
    char shown[JSON_ERROR_TEXT_LENGTH];
    int result;

    if (!object)
        return error_set(error, STATUS_DATA, EINVAL, "%s:%d:%d: %s", source->name, wrong.line,
                         wrong.column,
                         error_escape(shown, sizeof(shown), wrong.text, strlen(wrong.text)));
    if (json_is_object(object))
        result = read_object(m, source, object, error);
    else
        result = bad(error, source, "not a JSON object");
    json_decref(object);
    return result;
}

void state_json_write(FILE *out, const struct baby *m)
{
    fprintf(out, "{\"schema\":\"" SCHEMA "\",\"a\":%" PRId32 ",\"ci\":%u,\"store\":[",
            isa_number(m->a), (unsigned)m->ci);
    for (int i = 0; i < ABI_LINES; i++)
        fprintf(out, "%s%" PRId32, i ? "," : "", isa_number(m->store[i]));
    fprintf(out, "]}\n");
}
