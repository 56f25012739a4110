/* What `exits --json` has written, read back; any file may claim to be that. */
#include "report/atlas_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

#define SCHEMA "babyvisor/exits/1"

static int bad(const struct atlas_file *file, struct error *error, const char *what)
{
    return error_set(error, STATUS_DATA, EINVAL, "%s: %s; use a file that `exits --json` wrote",
                     file->path, what);
}

/* A string that is short enough, or NULL. */
static const char *short_string(const json_t *value)
{
    return json_is_string(value) && json_string_length(value) < ATLAS_FILE_TEXT
               ? json_string_value(value)
               : NULL;
}

/* The string of an optional key: "" for null or a key that is not there, NULL for anything else. */
static const char *optional_string(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return !value || json_is_null(value) ? "" : short_string(value);
}

/* An exit without a name is its number, which says as little here as any name. */
static const char *exit_string(const json_t *object)
{
    return json_is_integer(json_object_get(object, "exit")) ? "" : optional_string(object, "exit");
}

static double cost_of(const json_t *object, const char *key)
{
    const json_t *cost = json_object_get(json_object_get(object, "cost"), key);

    return json_is_number(cost) ? json_number_value(cost) : -1;
}

static bool read_row(struct atlas_file_row *row, const json_t *object)
{
    const json_t *ring = json_object_get(object, "ring");
    const json_int_t number = json_integer_value(ring);

    *row = (struct atlas_file_row){
        .name = short_string(json_object_get(object, "name")),
        .ring = (unsigned)number,
        .group = optional_string(object, "group"),
        .provokes = optional_string(object, "provokes"),
        .text = short_string(json_object_get(object, "text")),
        .happened = short_string(json_object_get(object, "happened")),
        .exit = exit_string(object),
        .fault = optional_string(object, "fault"),
        .answer = optional_string(object, "answer"),
        .stuck = json_is_true(json_object_get(object, "stuck")),
        .exits = json_number_value(json_object_get(object, "exits")),
        .median_ns = cost_of(object, "median_ns"),
        .p99_ns = cost_of(object, "p99_ns"),
    };
    return json_is_integer(ring) && (number == 0 || number == 3) && row->name && row->name[0] &&
           row->group && row->provokes && row->text && row->happened && row->exit && row->fault &&
           row->answer;
}

static int read_rows(struct atlas_file *file, const json_t *rows, struct error *error)
{
    const size_t count = json_array_size(rows);

    if (!json_is_array(rows) || count > ATLAS_FILE_ROWS)
        return error_set(error, STATUS_DATA, EINVAL,
                         "%s: \"rows\" must be an array of at most %d objects", file->path,
                         ATLAS_FILE_ROWS);
    file->rows = calloc(count ? count : 1, sizeof(file->rows[0]));
    if (!file->rows)
        return error_memory(error);
    for (size_t i = 0; i < count; i++) {
        struct atlas_file_row row;

        if (!read_row(&row, json_array_get(rows, i)))
            return error_set(error, STATUS_DATA, EINVAL, "%s: row %zu is not one of the atlas",
                             file->path, i + 1);
        if (atlas_file_find(file, row.name, row.ring))
            return error_set(error, STATUS_DATA, EINVAL, "%s: row %zu is there twice", file->path,
                             i + 1);
        file->rows[file->count++] = row;
    }
    return 0;
}

/* An array of names, or NULL. */
static json_t *names_of(const json_t *object, const char *key)
{
    json_t *names = json_object_get(object, key);

    if (!json_is_array(names) || json_array_size(names) > ATLAS_FILE_NAMES)
        return NULL;
    for (size_t i = 0; i < json_array_size(names); i++)
        if (!short_string(json_array_get(names, i)))
            return NULL;
    return names;
}

/* Whether a theorem holds; NULL for anything but a yes, a no and null. */
static json_t *theorem_of(const json_t *object, const char *key)
{
    json_t *holds = json_object_get(json_object_get(object, key), "holds");

    return json_is_boolean(holds) || json_is_null(holds) ? holds : NULL;
}

/* Returns whether all that is there are short strings. */
static bool read_origin(struct atlas_file *file)
{
    const json_t *from = json_object_get(file->object, "from");

    file->version = optional_string(from, "version");
    file->cpu = optional_string(from, "cpu");
    file->kernel = optional_string(from, "kernel");
    file->microcode = optional_string(from, "microcode");
    file->date = optional_string(from, "date");
    return file->version && file->cpu && file->kernel && file->microcode && file->date;
}

static int read_object(struct atlas_file *file, struct error *error)
{
    const json_t *sensitive = json_object_get(file->object, "sensitive");
    const json_t *known = json_object_get(sensitive, "known");
    const char *schema = json_string_value(json_object_get(file->object, "schema"));

    if (!schema || strcmp(schema, SCHEMA) != 0)
        return bad(file, error, "\"schema\" is not \"" SCHEMA "\"");
    file->host = short_string(json_object_get(file->object, "host"));
    file->emulator = optional_string(file->object, "emulator");
    if (!file->host || !file->emulator)
        return bad(file, error, "\"host\" or \"emulator\" is not a short string");
    if (!read_origin(file))
        return bad(file, error, "\"from\" has what is no short string");
    file->run_unnoticed = names_of(sensitive, "run_unnoticed");
    file->wrong = names_of(sensitive, "wrong");
    if (!json_is_integer(known) || json_integer_value(known) < 0 ||
        json_integer_value(known) > ATLAS_FILE_ROWS || !file->run_unnoticed || !file->wrong)
        return bad(file, error, "\"sensitive\" is not a verdict on instructions");
    file->known = (size_t)json_integer_value(known);
    file->theorem1 = theorem_of(sensitive, "theorem_1");
    file->theorem3 = theorem_of(sensitive, "theorem_3");
    return read_rows(file, json_object_get(file->object, "rows"), error);
}

int atlas_file_parse(struct atlas_file *file, const char *path, const char *text, size_t length,
                     struct error *error)
{
    json_error_t wrong;
    char shown[JSON_ERROR_TEXT_LENGTH];
    int result;

    *file = (struct atlas_file){.object = NULL};
    file_name(path, file->path, sizeof(file->path));
    file->object = json_loadb(text, length, JSON_REJECT_DUPLICATES, &wrong);
    if (!file->object && !wrong.text[0])
        return error_memory(error);
    if (!file->object)
        return error_set(error, STATUS_DATA, EINVAL, "%s:%d:%d: %s", file->path, wrong.line,
                         wrong.column,
                         error_escape(shown, sizeof(shown), wrong.text, strlen(wrong.text)));
    result = read_object(file, error);
    if (result < 0)
        atlas_file_close(file);
    return result;
}

const struct atlas_file_row *atlas_file_find(const struct atlas_file *file, const char *name,
                                             unsigned ring)
{
    for (size_t i = 0; i < file->count; i++)
        if (file->rows[i].ring == ring && strcmp(file->rows[i].name, name) == 0)
            return &file->rows[i];
    return NULL;
}

void atlas_file_close(struct atlas_file *file)
{
    json_decref(file->object);
    free(file->rows);
    *file = (struct atlas_file){.object = NULL};
}
