/* How far a batch has come, kept in a file, so that it goes on from there whatever has ended it. */
#include "pool/checkpoint.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "base/digits.h"

#define SCHEMA "babyvisor/batch/1"

/* What must be the same for the answers to be. */
static void describe(const struct chunk_rules *rules, char *out, size_t size)
{
    snprintf(out, size, "limit=%" PRIu64 " to=%s%s", rules->limit, line_formats[rules->format].name,
             rules->store ? " store" : "");
}

static int unusable(struct error *error, const char *what)
{
    return error_set(error, STATUS_DATA, EINVAL, "--checkpoint: the file %s", what);
}

/* Numbers are strings where they do not fit into jansson's, and so all are. */
static bool get(const json_t *object, const char *key, uint64_t *number)
{
    return digits_whole(json_string_value(json_object_get(object, key)), number);
}

static bool get_all(struct checkpoint *checkpoint, const json_t *object)
{
    uint64_t checked = 0;
    bool good = get(object, "input", &checkpoint->place.offset) &&
                get(object, "lines", &checkpoint->place.lines) &&
                get(object, "check", &checkpoint->place.check) &&
                get(object, "checked", &checked) && get(object, "output", &checkpoint->written) &&
                get(object, "crashed", &checkpoint->crashed);

#define X(id, name) good = good && get(object, #name, &checkpoint->counts[LINE_##id]);
    LINE_VERDICTS(X)
#undef X
    checkpoint->place.checked = (uint32_t)checked;
    checkpoint->place.skips = json_is_true(json_object_get(object, "skips"));
    return good && checked <= INPUT_CHECK && checked <= checkpoint->place.offset &&
           checkpoint->place.offset <= INT64_MAX && checkpoint->written <= INT64_MAX;
}

int checkpoint_parse(struct checkpoint *checkpoint, const char *text, size_t length,
                     const struct chunk_rules *rules, struct error *error)
{
    json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
    const char *schema = json_string_value(json_object_get(object, "schema"));
    const char *options = json_string_value(json_object_get(object, "options"));
    char wanted[96];
    int result = 0;

    *checkpoint = (struct checkpoint){0};
    describe(rules, wanted, sizeof(wanted));
    if (!schema || strcmp(schema, SCHEMA) != 0 || !options || !get_all(checkpoint, object))
        result = unusable(error, "is no checkpoint of a batch: remove it to begin anew");
    else if (strcmp(options, wanted) != 0)
        result = unusable(error, "is of a batch with other options: --limit, --to and --store");
    json_decref(object);
    return result;
}

int checkpoint_write(const struct checkpoint *checkpoint, struct output *output,
                     const struct chunk_rules *rules, struct error *error)
{
    const struct input_place *place = &checkpoint->place;
    char options[96];

    describe(rules, options, sizeof(options));
    fprintf(output->stream,
            "{\"schema\":\"" SCHEMA "\",\"options\":\"%s\",\"input\":\"%" PRIu64
            "\",\"lines\":\"%" PRIu64 "\",\"skips\":%s,\"check\":\"%" PRIu64
            "\",\"checked\":\"%" PRIu32 "\",\"output\":\"%" PRIu64 "\"",
            options, place->offset, place->lines, place->skips ? "true" : "false", place->check,
            place->checked, checkpoint->written);
#define X(id, name)                                                                                \
    fprintf(output->stream, ",\"" #name "\":\"%" PRIu64 "\"", checkpoint->counts[LINE_##id]);
    LINE_VERDICTS(X)
#undef X
    fprintf(output->stream, ",\"crashed\":\"%" PRIu64 "\"}\n", checkpoint->crashed);
    return output_publish(output, error);
}
