/* What a sweep has found: sums over programs, which do not depend on how the space was cut. */
#include "pool/sums.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/digits.h"

static const char *const names[SUMS_KIND_COUNT] = {
#define X(id, name) #name,
    SUMS_KINDS(X)
#undef X
};

static void add_to(uint64_t *sum, uint64_t count)
{
    if (__builtin_add_overflow(*sum, count, sum))
        *sum = UINT64_MAX;
}

void sums_count(struct sums *sums, enum sums_kind kind, uint64_t executed)
{
    sums->counts[kind]++;
    if (kind == SUMS_STP)
        sums->histogram[63 - __builtin_clzll(executed | 1)]++;
}

/* Whether one comes before the other: a longer run, then the smaller store. */
static int compare(enum sums_kind kind, const struct sums_program *one,
                   const struct sums_program *other)
{
    if (kind == SUMS_STP && one->executed != other->executed)
        return one->executed > other->executed ? -1 : 1;
    for (int line = 0; line < ABI_LINES; line++)
        if (one->store[line] != other->store[line])
            return one->store[line] < other->store[line] ? -1 : 1;
    return 0;
}

void sums_keep(struct sums *sums, enum sums_kind kind, const struct sums_program *program,
               uint32_t most)
{
    struct sums_program *list = sums->programs[kind];
    uint32_t low = 0, high = sums->kept[kind];

    if (most == 0 || (high == most && compare(kind, program, &list[most - 1]) >= 0))
        return;
    while (low < high) {
        const uint32_t middle = (low + high) / 2;

        if (compare(kind, &list[middle], program) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (sums->kept[kind] < most)
        sums->kept[kind]++;
    memmove(&list[low + 1], &list[low], (sums->kept[kind] - low - 1) * sizeof(list[0]));
    list[low] = *program;
}

void sums_add(struct sums *sums, const struct sums *other, const uint32_t most[SUMS_KIND_COUNT])
{
    for (int i = 0; i < 64; i++)
        add_to(&sums->histogram[i], other->histogram[i]);
    for (int kind = 0; kind < SUMS_KIND_COUNT; kind++) {
        const uint32_t kept = __atomic_load_n(&other->kept[kind], __ATOMIC_RELAXED);

        add_to(&sums->counts[kind], other->counts[kind]);
        for (uint32_t i = 0; i < kept && i < SUMS_KEPT; i++) {
            const struct sums_program program = other->programs[kind][i];

            sums_keep(sums, (enum sums_kind)kind, &program, most[kind]);
        }
    }
}

/* Numbers are strings, as jansson's end at 2^63 - 1. */
static json_t *number(uint64_t value)
{
    return json_sprintf("%" PRIu64, value);
}

static bool get(const json_t *value, uint64_t *out)
{
    return digits_whole(json_string_value(value), out);
}

/* Lines that are not zero, by number. */
static json_t *program_object(const struct sums_program *program)
{
    json_t *lines = json_object();
    char key[4];

    for (int line = 0; line < ABI_LINES; line++)
        if (program->store[line]) {
            snprintf(key, sizeof(key), "%d", line);
            json_object_set_new(lines, key, json_integer(program->store[line]));
        }
    return json_pack("{s:o, s:o, s:o}", "executed", number(program->executed), "period",
                     number(program->period), "lines", lines);
}

static bool get_program(struct sums_program *program, const json_t *object)
{
    json_t *lines = json_object_get(object, "lines"), *value;
    const char *key;

    *program = (struct sums_program){0};
    json_object_foreach(lines, key, value)
    {
        unsigned line;
        int used = 0;

        if (sscanf(key, "%2u%n", &line, &used) != 1 || key[used] || line >= ABI_LINES ||
            !json_is_integer(value) || json_integer_value(value) < 1 ||
            json_integer_value(value) > UINT32_MAX)
            return false;
        program->store[line] = (uint32_t)json_integer_value(value);
    }
    return json_is_object(lines) && get(json_object_get(object, "executed"), &program->executed) &&
           get(json_object_get(object, "period"), &program->period);
}

int sums_write(const struct sums *sums, json_t *object, struct error *error)
{
    json_t *histogram = json_array();
    int failed = 0;

    for (int i = 0; i < 64; i++)
        failed |= json_array_append_new(histogram, number(sums->histogram[i]));
    failed |= json_object_set_new(object, "histogram", histogram);
    for (int kind = 0; kind < SUMS_KIND_COUNT; kind++) {
        json_t *list = json_array();
        char key[16];

        failed |= json_object_set_new(object, names[kind], number(sums->counts[kind]));
        for (uint32_t i = 0; i < sums->kept[kind]; i++)
            failed |= json_array_append_new(list, program_object(&sums->programs[kind][i]));
        snprintf(key, sizeof(key), "%s_kept", names[kind]);
        failed |= json_object_set_new(object, key, list);
    }
    return failed ? error_memory(error) : 0;
}

int sums_read(struct sums *sums, const json_t *object, struct error *error)
{
    const json_t *histogram = json_object_get(object, "histogram");
    bool good = json_array_size(histogram) == 64;

    memset(sums, 0, sizeof(*sums));
    for (size_t i = 0; i < 64 && good; i++)
        good = get(json_array_get(histogram, i), &sums->histogram[i]);
    for (int kind = 0; kind < SUMS_KIND_COUNT && good; kind++) {
        const json_t *list;
        char key[16];

        snprintf(key, sizeof(key), "%s_kept", names[kind]);
        list = json_object_get(object, key);
        good = get(json_object_get(object, names[kind]), &sums->counts[kind]) &&
               json_is_array(list) && json_array_size(list) <= SUMS_KEPT;
        for (size_t i = 0; i < json_array_size(list) && good; i++) {
            struct sums_program program;

            good = get_program(&program, json_array_get(list, i));
            if (good)
                sums_keep(sums, (enum sums_kind)kind, &program, SUMS_KEPT);
        }
    }
    return good ? 0 : error_set(error, STATUS_DATA, EINVAL, "no sums of a sweep");
}
