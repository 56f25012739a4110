/* The files that a sweep writes, one for each shard, and what they say together. */
#include "pool/shard.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/digits.h"
#include "ssem/isa.h"

#define SCHEMA "babyvisor/sweep/1"

static bool get(const json_t *object, const char *key, uint64_t *out)
{
    return digits_whole(json_string_value(json_object_get(object, key)), out);
}

int shard_write(FILE *out, const struct shard *about, bool whole, const struct sums *sums,
                struct error *error)
{
    json_t *object =
        json_pack("{s:s, s:s, s:o, s:o, s:o}", "schema", SCHEMA, "space", about->space, "digest",
                  json_sprintf("%" PRIu64, about->digest), "limit",
                  json_sprintf("%" PRIu64, about->limit), "programs",
                  json_sprintf("%" PRIu64, sums->counts[SUMS_STP] + sums->counts[SUMS_CYCLE] +
                                               sums->counts[SUMS_OPEN]));
    int result = object ? sums_write(sums, object, error) : error_memory(error);
    char *text;

    if (result == 0)
        json_object_set_new(
            object, "keep",
            json_pack("[i, i, i]", (int)about->most[0], (int)about->most[1], (int)about->most[2]));
    if (result == 0 && about->certified)
        json_object_set_new(object, "certificates", json_true());
    if (result == 0 && !whole) {
        json_object_set_new(object, "shard", json_sprintf("%" PRIu64, about->shard));
        json_object_set_new(object, "shards", json_sprintf("%" PRIu64, about->shards));
    }
    text = result == 0 ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (result == 0 && !text)
        return error_memory(error);
    if (text)
        fprintf(out, "%s\n", text);
    free(text);
    return result;
}

/* Whether the numbers of a shard can be those of one sweep. */
static bool agree(const struct shard *about, uint64_t programs, const struct sums *sums)
{
    uint64_t all = 0, stopped = 0;
    bool good = true;

    for (int i = 0; i < 64; i++)
        stopped += sums->histogram[i];
    for (int kind = 0; kind < SUMS_KIND_COUNT; kind++) {
        const uint64_t counted = sums->counts[kind], most = about->most[kind];
        const uint64_t kept = counted < most ? counted : most;

        all += counted;
        good = good && (kind == SUMS_CYCLE ? sums->kept[kind] <= kept : sums->kept[kind] == kept);
    }
    return good && programs == all && stopped == sums->counts[SUMS_STP];
}

int shard_read(const char *text, size_t length, struct shard *about, struct sums *sums,
               struct error *error)
{
    json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
    const char *schema = json_string_value(json_object_get(object, "schema"));
    const char *space = json_string_value(json_object_get(object, "space"));
    uint64_t programs;
    int result = 0;

    *about = (struct shard){0};
    if (!schema || strcmp(schema, SCHEMA) != 0 || !space ||
        !get(object, "digest", &about->digest) || !get(object, "limit", &about->limit) ||
        !get(object, "shard", &about->shard) || !get(object, "shards", &about->shards) ||
        about->shard >= about->shards)
        result = error_set(error, STATUS_DATA, EINVAL, "no shard of a sweep");
    for (int kind = 0; kind < SUMS_KIND_COUNT && result == 0; kind++) {
        const json_int_t most =
            json_integer_value(json_array_get(json_object_get(object, "keep"), (size_t)kind));

        if (most < 0 || most > SUMS_KEPT)
            result = error_set(error, STATUS_DATA, EINVAL, "no shard of a sweep");
        about->most[kind] = (uint32_t)most;
    }
    about->certified = json_is_true(json_object_get(object, "certificates"));
    if (result == 0)
        error_escape(about->space, sizeof(about->space), space, strlen(space));
    if (result == 0)
        result = sums_read(sums, object, error);
    if (result == 0 && (!get(object, "programs", &programs) || !agree(about, programs, sums)))
        result = error_set(error, STATUS_DATA, EINVAL,
                           "the numbers of shard %" PRIu64 " do not agree with each other",
                           about->shard);
    json_decref(object);
    return result;
}

/* As assembly that makes the same words: each is also a number. */
static void print_program(FILE *out, const struct sums_program *program)
{
    for (unsigned line = 0; line < ABI_LINES; line++) {
        const uint32_t word = program->store[line];
        const enum word_function function = word_function(word);

        if (word == 0)
            continue;
        if (function == WORD_SUB5 || word != word_make(function, word_line(word)))
            fprintf(out, "  %u: NUM %" PRId32, line, isa_number(word));
        else
            fprintf(out, "  %u: %s %u", line, isa_functions[function].mnemonic,
                    (unsigned)word_line(word));
    }
    putc('\n', out);
}

void shard_text(FILE *out, const struct shard *about, const struct sums *sums)
{
    fprintf(
        out, "%s: %" PRIu64 " programs: %" PRIu64 " stop, %" PRIu64 " cycle, %" PRIu64 " are open",
        about->space, sums->counts[SUMS_STP] + sums->counts[SUMS_CYCLE] + sums->counts[SUMS_OPEN],
        sums->counts[SUMS_STP], sums->counts[SUMS_CYCLE], sums->counts[SUMS_OPEN]);
    if (about->limit < UINT64_MAX)
        fprintf(out, " after %" PRIu64 " instructions", about->limit);
    putc('\n', out);
    for (uint32_t i = 0; i < sums->kept[SUMS_STP] && i < 10; i++) {
        fprintf(out, "%12" PRIu64 " ", sums->programs[SUMS_STP][i].executed);
        print_program(out, &sums->programs[SUMS_STP][i]);
    }
}
