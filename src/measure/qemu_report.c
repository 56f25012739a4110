/* What the guest writes to the debug port when a PVH loader has booted it, read as hostile input.
 */
#include "measure/qemu_report.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "vmm/transport.h"

/* What is left to read; broken once it has not been what it should be. */
struct cursor {
    const char *at, *end;
    bool broken;
};

static void skip(struct cursor *cursor, const char *want)
{
    const size_t length = strlen(want);

    if (cursor->broken || (size_t)(cursor->end - cursor->at) < length ||
        memcmp(cursor->at, want, length) != 0)
        cursor->broken = true;
    else
        cursor->at += length;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* A decimal number of at most max, without zeros in front, after the text. */
static uint64_t number(struct cursor *cursor, const char *before, uint64_t max)
{
    const char *first;
    uint64_t value = 0;

    skip(cursor, before);
    first = cursor->at;
    for (; !cursor->broken && cursor->at < cursor->end && digit(*cursor->at) < 10; cursor->at++) {
        const uint64_t next = (uint64_t)digit(*cursor->at);

        if ((value == 0 && cursor->at > first) || value > max / 10 || value * 10 > max - next)
            cursor->broken = true;
        else
            value = value * 10 + next;
    }
    if (cursor->at == first)
        cursor->broken = true;
    return value;
}

/* Eight hexadecimal digits after the text. */
static uint32_t word(struct cursor *cursor, const char *before)
{
    uint32_t value = 0;

    skip(cursor, before);
    for (int i = 0; i < 8 && !cursor->broken; i++) {
        if (cursor->at == cursor->end || digit(*cursor->at) > 15)
            cursor->broken = true;
        else
            value = value << 4 | (uint32_t)digit(*cursor->at++);
    }
    return value;
}

static void read_result(struct cursor *cursor, struct abi_result *result)
{
    struct baby *m = &result->state;

    *result = (struct abi_result){.id = (uint32_t)number(cursor, "babyvisor end job ", UINT32_MAX)};
    result->engine = (uint32_t)number(cursor, " engine ", UINT32_MAX);
    result->stop = (uint32_t)number(cursor, " stop ", UINT32_MAX);
    m->executed = number(cursor, " executed ", UINT64_MAX);
    m->ci = (uint32_t)number(cursor, " ci ", UINT32_MAX);
    m->a = word(cursor, " a ");
    for (unsigned line = 0; line < ABI_LINES; line++) {
        if (line % 8 == 0 && number(cursor, "\nstore ", ABI_LINES) != line)
            cursor->broken = true;
        m->store[line] = word(cursor, " ");
    }
    skip(cursor, "\n");
}

static int unlike(const struct cursor *cursor, const char *text, struct error *error)
{
    char shown[64];

    return error_set(
        error, STATUS_GUEST, EPROTO, "broken guest: malformed report at byte %zu: \"%s\"",
        (size_t)(cursor->at - text),
        error_escape(shown, sizeof(shown), cursor->at, (size_t)(cursor->end - cursor->at)));
}

int qemu_report(const char *text, size_t length, const struct abi_job *job, uint64_t runs,
                struct abi_result *result, struct error *error)
{
    struct cursor cursor = {.at = text, .end = text + length};
    uint64_t id, engine, announced;

    id = number(&cursor, "babyvisor begin job ", UINT32_MAX);
    engine = number(&cursor, " engine ", UINT32_MAX);
    announced = number(&cursor, " runs ", UINT64_MAX);
    skip(&cursor, "\n");
    if (!cursor.broken && (id != job->id || engine != job->engine || announced != runs))
        return error_set(error, STATUS_GUEST, EPROTO,
                         "broken guest: began %llu runs of job %llu with engine %llu, expected "
                         "%llu, %u and %u",
                         (unsigned long long)announced, (unsigned long long)id,
                         (unsigned long long)engine, (unsigned long long)runs, (unsigned)job->id,
                         (unsigned)job->engine);
    read_result(&cursor, result);
    if (cursor.broken || cursor.at != cursor.end)
        return unlike(&cursor, text, error);
    return transport_check(result, job, error);
}
