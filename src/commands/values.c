/* The values of options: a parser for each kind of field. */
#include "commands/values.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/digits.h"
#include "base/guess.h"
#include "pool/pool.h"

#define COUNT_MAX 1000000

static int bad_value(struct error *error, const struct option_row *row, const char *value,
                     const char *want)
{
    char shown[64];

    return error_set(error, STATUS_USAGE, EINVAL, "--%s: \"%s\" is not %s", row->name,
                     error_escape(shown, sizeof(shown), value, strlen(value)), want);
}

/* The beginning of the message for a name that is in no list; the names follow. */
static int unknown(struct error *error, const struct option_row *row, const char *value,
                   size_t length)
{
    char shown[64];

    return error_set(error, STATUS_USAGE, EINVAL, "--%s: unknown value \"%s\"; one of:", row->name,
                     error_escape(shown, sizeof(shown), value, length));
}

/* more is what else the option takes. */
static int unknown_choice(struct error *error, const struct option_row *row, const char *value,
                          size_t length, const char *more)
{
    unknown(error, row, value, length);
    for (int i = 0; row->choices[i].name; i++)
        error_add(error, "%s %s", i ? "," : "", row->choices[i].name);
    error_add(error, "%s", more);
    for (int i = 0; row->choices[i].name; i++)
        if (guess_is_near(value, length, row->choices[i].name))
            error_add(error, "; is it %s?", row->choices[i].name);
    return -EINVAL;
}

int values_flag(void *field, const struct option_row *row, const char *value, struct error *error)
{
    (void)row, (void)value, (void)error;
    *(bool *)field = true;
    return 0;
}

int values_text(void *field, const struct option_row *row, const char *value, struct error *error)
{
    if (value[0] == '\0')
        return error_set(error, STATUS_USAGE, EINVAL, "--%s: the name is empty", row->name);
    *(const char **)field = value;
    return 0;
}

int values_output(void *field, const struct option_row *row, const char *value, struct error *error)
{
    return values_text(field, row, value, error);
}

int values_checkpoint(void *field, const struct option_row *row, const char *value,
                      struct error *error)
{
    if (strcmp(value, "-") == 0)
        return bad_value(error, row, value, "the name of a file");
    return values_text(field, row, value, error);
}

int values_choice(void *field, const struct option_row *row, const char *value, struct error *error)
{
    const int choice = choice_find(row->choices, value);

    if (choice < 0)
        return unknown_choice(error, row, value, strlen(value), "");
    *(int *)field = choice;
    return 0;
}

int values_choices(void *field, const struct option_row *row, const char *value,
                   struct error *error)
{
    uint32_t set = 0;

    if (strcmp(value, "all") == 0) {
        *(uint32_t *)field = UINT32_MAX;
        return 0;
    }
    for (const char *name = value, *end; name; name = *end ? end + 1 : NULL) {
        char one[32];
        int choice = -1;

        end = strchrnul(name, ',');
        if ((size_t)(end - name) < sizeof(one)) {
            memcpy(one, name, (size_t)(end - name));
            one[end - name] = '\0';
            choice = choice_find(row->choices, one);
        }
        if (choice < 0)
            return unknown_choice(error, row, name, (size_t)(end - name), ", all");
        set |= 1u << choice;
    }
    *(uint32_t *)field = set;
    return 0;
}

/* Whether value is a number of instructions; sets *count. */
static bool read_instructions(const char *value, uint64_t *count)
{
    static const struct {
        const char *suffix;
        uint64_t factor;
    } suffixes[] = {{"", 1}, {"k", 1000}, {"M", 1000 * 1000}, {"G", 1000 * 1000 * 1000}};
    uint64_t number;
    const char *end = digits_read(value, &number);

    for (size_t i = 0; end && i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
        if (strcmp(end, suffixes[i].suffix) == 0 &&
            !__builtin_mul_overflow(number, suffixes[i].factor, count))
            return true;
    return false;
}

int values_limit(void *field, const struct option_row *row, const char *value, struct error *error)
{
    if (strcmp(value, "none") == 0) {
        *(uint64_t *)field = UINT64_MAX;
        return 0;
    }
    if (read_instructions(value, field))
        return 0;
    return bad_value(error, row, value,
                     "a number of instructions such as 1000, 20k, 5M or 1G (below 2^64), or none");
}

int values_rows(void *field, const struct option_row *row, const char *value, struct error *error)
{
    uint64_t number = UINT64_MAX;

    if (value &&
        (values_limit(&number, row, value, error) < 0 || number == 0 || number == UINT64_MAX))
        return bad_value(error, row, value,
                         "a number of instructions above 0, such as 20, 5k or 1M");
    *(uint64_t *)field = number;
    return 0;
}

int values_run_limit(void *field, const struct option_row *row, const char *value,
                     struct error *error)
{
    struct run_limit *limit = field;

    limit->is_more = value[0] == '+';
    if (!limit->is_more)
        return values_limit(&limit->count, row, value, error);
    if (read_instructions(value + 1, &limit->count))
        return 0;
    return bad_value(error, row, value, "a number of instructions such as +1000, +20k, +5M or +1G");
}

uint64_t values_total(const struct run_limit *limit, uint64_t executed)
{
    uint64_t sum;

    if (!limit->is_more)
        return limit->count;
    return __builtin_add_overflow(executed, limit->count, &sum) ? UINT64_MAX : sum;
}

int values_instructions(void *field, const struct option_row *row, const char *value,
                        struct error *error)
{
    struct run_limit *limit = field;

    limit->is_more = true;
    return values_limit(&limit->count, row, value, error);
}

int values_count(void *field, const struct option_row *row, const char *value, struct error *error)
{
    if (read_instructions(value, field) && *(uint64_t *)field >= 1 &&
        *(uint64_t *)field <= COUNT_MAX)
        return 0;
    return bad_value(error, row, value, "a number from 1 to 1M");
}

int values_seconds(void *field, const struct option_row *row, const char *value,
                   struct error *error)
{
    char *end;
    const double seconds = strtod(value, &end);

    if (end == value || *end || !isfinite(seconds) || seconds <= 0 || seconds > 1e9)
        return bad_value(error, row, value, "a number of seconds above 0, such as 0.5 or 10");
    *(double *)field = seconds;
    return 0;
}

int values_workers(void *field, const struct option_row *row, const char *value,
                   struct error *error)
{
    uint64_t number;
    const char *end = digits_read(value, &number);

    if (!end || *end || number < 1 || number > POOL_WORKERS)
        return bad_value(error, row, value, "a number from 1 to 256");
    *(unsigned *)field = (unsigned)number;
    return 0;
}

int values_shard(void *field, const struct option_row *row, const char *value, struct error *error)
{
    struct shard_choice *shard = field;
    int used = 0;

    if (sscanf(value, "%5" SCNu64 "/%5" SCNu64 "%n", &shard->number, &shard->count, &used) != 2 ||
        value[used] || shard->number >= shard->count)
        return bad_value(error, row, value, "a part and how many there are, as 0/8 to 7/8");
    return 0;
}

int values_keep(void *field, const struct option_row *row, const char *value, struct error *error)
{
    static const char *const names[SUMS_KIND_COUNT] = {
#define X(id, name) #name,
        SUMS_KINDS(X)
#undef X
    };
    struct keep *keep = field;

    *keep = (struct keep){0};
    for (const char *at = value; at; at = *at ? at + 1 : NULL) {
        const char *end = strchrnul(at, ',');
        char name[8];
        unsigned most = SUMS_KEPT, found = SUMS_KIND_COUNT;
        const int got = sscanf(at, "%7[a-z]:%u", name, &most);

        for (unsigned kind = 0; kind < SUMS_KIND_COUNT && got >= 1; kind++)
            if (strcmp(name, names[kind]) == 0)
                found = kind;
        if (found == SUMS_KIND_COUNT || most > SUMS_KEPT)
            return bad_value(error, row, value, "kinds such as stp:20,cycle,open:1000");
        keep->most[found] = most;
        at = end;
    }
    return 0;
}

bool values_can_read(const struct format *format)
{
    return format->read;
}

bool values_can_write(const struct format *format)
{
    return format->write;
}

static int find_format(void *field, const struct option_row *row, const char *value,
                       bool (*can)(const struct format *format), struct error *error)
{
    const struct format *found = formats_find(value);
    const char *separator = "";

    if (found && can(found)) {
        *(const struct format **)field = found;
        return 0;
    }
    unknown(error, row, value, strlen(value));
    for (const struct format *format = formats_table; format->name; format++)
        if (can(format)) {
            error_add(error, "%s %s", separator, format->name);
            separator = ",";
        }
    return -EINVAL;
}

int values_from(void *field, const struct option_row *row, const char *value, struct error *error)
{
    return find_format(field, row, value, values_can_read, error);
}

int values_to(void *field, const struct option_row *row, const char *value, struct error *error)
{
    return find_format(field, row, value, values_can_write, error);
}

int values_origin(void *field, const struct option_row *row, const char *value, struct error *error)
{
    if ((value[0] != '0' && value[0] != '1') || value[1])
        return bad_value(error, row, value, "0 or 1");
    *(int *)field = value[0] - '0';
    return 0;
}

/* A number from low to high at text, decimal or after 0x, to the end; false if it is not one. */
static bool read_number(const char *text, int64_t low, int64_t high, int64_t *number)
{
    const char *digits = text + (text[0] == '-' || text[0] == '+');
    const bool hexadecimal = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
    char *end;

    if (!isxdigit((unsigned char)digits[0]))
        return false;
    errno = 0;
    *number = strtoll(text, &end, hexadecimal ? 16 : 10);
    return !errno && !*end && *number >= low && *number <= high;
}

int values_change(void *field, const struct option_row *row, const char *value, struct error *error)
{
    struct changes *changes = field;
    const char *equals = strchr(value, '=');
    const size_t length = equals ? (size_t)(equals - value) : 0;
    int64_t line, number;
    char name[4] = "";

    if (length > 0 && length < sizeof(name))
        memcpy(name, value, length);
    if (strcasecmp(name, "A") == 0 && read_number(equals + 1, INT32_MIN, UINT32_MAX, &number)) {
        changes->has_a = true;
        changes->a = (uint32_t)number;
    } else if (strcasecmp(name, "CI") == 0 && read_number(equals + 1, 0, ABI_LINES - 1, &number)) {
        changes->has_ci = true;
        changes->ci = (uint32_t)number;
    } else if (read_number(name, 0, ABI_LINES - 1, &line) &&
               read_number(equals + 1, INT32_MIN, UINT32_MAX, &number)) {
        changes->lines |= 1u << line;
        changes->store[line] = (uint32_t)number;
    } else {
        return bad_value(
            error, row, value,
            "a line from 0 to 31, A or CI, then = and a number of 32 bits (CI: a line), "
            "such as 23=-989");
    }
    return 0;
}
