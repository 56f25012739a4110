/* The state as a JSON object: with a check, for runs that go on, or for people. */
#include "ssem/state_json.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "base/crc64.h"
#include "base/digits.h"
#include "ssem/isa.h"

#define SCHEMA_STORE "babyvisor/store/1"
#define SCHEMA_RUN   "babyvisor/run/1"
#define SCHEMA_STATE "babyvisor/state/1"

#define CHECK_SIZE 24

struct schema {
    const char *name;
    bool is_open;    /* has other keys, which do not matter here */
    bool is_counted; /* has "executed" */
    bool is_checked; /* nothing is missing, and "check" is of all the rest */
};

static const struct schema schemas[] = {
    {SCHEMA_STORE, false, false, false},
    {SCHEMA_RUN, true, true, false},
    {SCHEMA_STATE, true, true, true},
};

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

/* Whether value is a count, as json_unsigned() makes it: a number, or its digits in a string. */
static bool get_count(const json_t *value, uint64_t *count)
{
    const char *digits = json_string_value(value), *end;
    const json_int_t number = json_integer_value(value);

    *count = (uint64_t)number;
    if (!digits)
        return json_is_integer(value) && number >= 0;
    end = digits_read(digits, count);
    return end && !*end;
}

/* Of the words in the order of struct baby, the least significant byte first. */
static const char *check_of(const struct baby *m, char out[CHECK_SIZE])
{
    uint8_t bytes[sizeof(*m)];
    uint32_t words[sizeof(*m) / 4];

    memcpy(words, m->store, sizeof(m->store));
    words[ABI_LINES] = m->a;
    words[ABI_LINES + 1] = m->ci;
    words[ABI_LINES + 2] = (uint32_t)m->executed;
    words[ABI_LINES + 3] = (uint32_t)(m->executed >> 32);
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(words[i / 4] >> 8 * (i % 4));
    snprintf(out, CHECK_SIZE, "crc64:%016" PRIx64, crc64(0, bytes, sizeof(bytes)));
    return out;
}

static void read_lines(struct baby *m, const struct schema *schema, const json_t *lines,
                       struct diagnostics *d)
{
    const size_t count = json_array_size(lines);

    if (!json_is_array(lines) || count > ABI_LINES || (schema->is_checked && count < ABI_LINES)) {
        diagnostics_add_whole(d, "\"store\" must be an array of %s32 numbers",
                              schema->is_checked ? "" : "at most ");
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (!get_word(json_array_get(lines, i), &m->store[i]))
            diagnostics_add_whole(d, "\"store\": line %zu is not a whole number of 32 bits", i);
}

static void read_member(struct baby *m, const struct schema *schema, const char *key,
                        const json_t *value, struct diagnostics *d)
{
    char shown[64];

    if (strcmp(key, "store") == 0) {
        read_lines(m, schema, value, d);
    } else if (strcmp(key, "a") == 0) {
        if (!get_word(value, &m->a))
            diagnostics_add_whole(d, "\"a\" is not a whole number of 32 bits");
    } else if (strcmp(key, "ci") == 0) {
        if (!get_word(value, &m->ci) || m->ci >= ABI_LINES)
            diagnostics_add_whole(d, "\"ci\" is not a number from 0 to 31");
    } else if (schema->is_counted && strcmp(key, "executed") == 0) {
        if (!get_count(value, &m->executed))
            diagnostics_add_whole(d, "\"executed\" is not a number of instructions below 2^64");
    } else if (strcmp(key, "schema") != 0 && !schema->is_open) {
        diagnostics_add_whole(d, "unknown key \"%s\"",
                              error_escape(shown, sizeof(shown), key, strlen(key)));
    }
}

/* The check of what has been read without an error. */
static void compare_check(const struct baby *m, const json_t *value, struct diagnostics *d)
{
    char check[CHECK_SIZE];

    if (d->count > 0)
        return;
    if (!json_is_string(value) || strcmp(json_string_value(value), check_of(m, check)) != 0)
        diagnostics_add_whole(d, "\"check\" does not agree with the rest: damaged, or edited "
                                 "without --set");
}

static void read_object(struct baby *m, const struct schema *schema, json_t *object,
                        struct diagnostics *d)
{
    static const char *const required[] = {"store", "executed", "a", "ci", "check"};
    const size_t count = schema->is_checked ? sizeof(required) / sizeof(required[0]) : 1;
    json_t *value;
    const char *key;

    for (size_t i = 0; i < count; i++)
        if (!json_object_get(object, required[i]))
            diagnostics_add_whole(d, "there is no \"%s\" in it", required[i]);
    json_object_foreach(object, key, value) read_member(m, schema, key, value, d);
    if (schema->is_checked)
        compare_check(m, json_object_get(object, "check"), d);
}

static void read_any(struct baby *m, json_t *object, struct diagnostics *d)
{
    const char *name = json_string_value(json_object_get(object, "schema"));

    for (size_t i = 0; name && i < sizeof(schemas) / sizeof(schemas[0]); i++)
        if (strcmp(name, schemas[i].name) == 0) {
            read_object(m, &schemas[i], object, d);
            return;
        }
    diagnostics_add_whole(d, "\"schema\" must be \"" SCHEMA_STATE "\", \"" SCHEMA_STORE
                             "\" or \"" SCHEMA_RUN "\"");
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
        read_any(m, object, d);
    else
        diagnostics_add_whole(d, "not a JSON object");
    json_decref(object);
}

static void put_words(FILE *out, const struct baby *m)
{
    fprintf(out, "\"a\":%" PRId32 ",\"ci\":%u,\"store\":[", isa_number(m->a), (unsigned)m->ci);
    for (int i = 0; i < ABI_LINES; i++)
        fprintf(out, "%s%" PRId32, i ? "," : "", isa_number(m->store[i]));
    fputc(']', out);
}

void state_json_write(FILE *out, const struct baby *m)
{
    fputs("{\"schema\":\"" SCHEMA_STORE "\",", out);
    put_words(out, m);
    fputs("}\n", out);
}

void state_json_save(FILE *out, const struct baby *m, const char *stop)
{
    const char *quote = m->executed > INT64_MAX ? "\"" : "";
    char check[CHECK_SIZE];

    fputs(STATE_JSON_START, out);
    if (stop)
        fprintf(out, "\"stop\":\"%s\",", stop);
    fprintf(out, "\"executed\":%s%" PRIu64 "%s,", quote, m->executed, quote);
    put_words(out, m);
    fprintf(out, ",\"check\":\"%s\"}\n", check_of(m, check));
}

void state_json_write_checked(FILE *out, const struct baby *m)
{
    state_json_save(out, m, NULL);
}
