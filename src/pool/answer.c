/* Writes the answer to a line of `batch`: a JSON object, or values with tabs between them. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "pool/line.h"
#include "ssem/isa.h"

const struct choice line_formats[LINE_FORMATS + 1] = {
    [LINE_JSON] = {"json", "an object on each line"},
    [LINE_TSV] = {"tsv", "id, verdict, executed, A, CI, and the store or an error, tabs between"},
};

static const char *verdict_name(const struct line *line)
{
    static const char *const names[LINE_VERDICT_COUNT] = {
#define X(id, name) #name,
        LINE_VERDICTS(X)
#undef X
    };

    return names[line->verdict % LINE_VERDICT_COUNT];
}

static char *put_text(char *out, const char *text, size_t most)
{
    for (size_t i = 0; i < most && text[i]; i++)
        *out++ = text[i];
    return out;
}

static char *put_number(char *out, uint64_t number)
{
    unsigned digits = 1;

    for (uint64_t power = 10; digits < 20 && number >= power; power *= 10)
        digits++;
    for (unsigned i = digits; i-- > 0; number /= 10)
        out[i] = (char)('0' + number % 10);
    return out + digits;
}

/* As json_unsigned() has it: what other readers could not hold is a string. */
static char *put_count(char *out, uint64_t number)
{
    const bool quoted = number > INT64_MAX;

    if (quoted)
        *out++ = '"';
    out = put_number(out, number);
    if (quoted)
        *out++ = '"';
    return out;
}

static char *put_signed(char *out, int32_t number)
{
    if (number >= 0)
        return put_number(out, (uint64_t)number);
    *out = '-';
    return put_number(out + 1, (uint64_t) - (int64_t)number);
}

/* An error's text, which is plain; in JSON some characters are escaped. */
static char *put_error(char *out, const struct line *line, bool json)
{
    for (size_t i = 0; i < LINE_TEXT - 1 && line->text[i]; i++) {
        const char c = line->text[i];

        if (json && (c == '"' || c == '\\'))
            *out++ = '\\';
        *out++ = c < ' ' || c > '~' ? '?' : c;
    }
    return out;
}

static char *put_store(char *out, const struct baby *m)
{
    for (int i = 0; i < ABI_LINES; i++) {
        if (i)
            *out++ = ',';
        out = put_signed(out, isa_number(m->store[i]));
    }
    return out;
}

static char *put_hex(char *out, const struct baby *m)
{
    for (int i = 0; i < ABI_LINES; i++) {
        if (i)
            *out++ = ' ';
        for (int shift = 28; shift >= 0; shift -= 4)
            *out++ = "0123456789abcdef"[m->store[i] >> shift & 0xf];
    }
    return out;
}

/* The id, in JSON; without one it is the line's number. */
static char *put_id(char *out, const struct line *line)
{
    return line->id[0] ? put_text(out, line->id, LINE_ID - 1) : put_number(out, line->number);
}

/* A string without its quotes, unless something in it is escaped. */
static char *put_plain_id(char *out, const struct line *line)
{
    const size_t length = strnlen(line->id, LINE_ID - 1);

    if (length >= 2 && line->id[0] == '"' && !memchr(line->id, '\\', length))
        return put_text(out, line->id + 1, length - 2);
    return put_id(out, line);
}

#define PUT(out, literal) (memcpy(out, literal, sizeof(literal) - 1), (out) + sizeof(literal) - 1)

static char *write_json(char *out, const struct line *line, bool store)
{
    out = PUT(out, "{\"id\":");
    out = put_id(out, line);
    if (line->verdict == LINE_ERROR) {
        out = PUT(out, ",\"line\":");
        out = put_number(out, line->number);
        out = PUT(out, ",\"stop\":\"error\",\"status\":");
        out = put_number(out, line->status);
        out = PUT(out, ",\"error\":\"");
        out = put_error(out, line, true);
        return PUT(out, "\"}\n");
    }
    out = PUT(out, ",\"stop\":\"");
    out = put_text(out, verdict_name(line), 8);
    out = PUT(out, "\",\"executed\":");
    out = put_count(out, line->state.executed);
    out = PUT(out, ",\"a\":");
    out = put_signed(out, isa_number(line->state.a));
    out = PUT(out, ",\"ci\":");
    out = put_number(out, line->state.ci);
    if (line->verdict == LINE_CYCLE) {
        out = PUT(out, ",\"cycle\":{\"period\":");
        out = put_count(out, line->period);
        out = line->is_exact ? PUT(out, ",\"exact\":true}") : PUT(out, ",\"exact\":false}");
    }
    if (store) {
        out = PUT(out, ",\"store\":[");
        out = put_store(out, &line->state);
        out = PUT(out, "]");
    }
    return PUT(out, "}\n");
}

static char *write_tsv(char *out, const struct line *line, bool store)
{
    out = put_plain_id(out, line);
    *out++ = '\t';
    out = put_text(out, verdict_name(line), 8);
    if (line->verdict == LINE_ERROR) {
        out = PUT(out, "\t\t\t\t");
        out = put_error(out, line, false);
        return PUT(out, "\n");
    }
    *out++ = '\t';
    out = put_number(out, line->state.executed);
    *out++ = '\t';
    out = put_signed(out, isa_number(line->state.a));
    *out++ = '\t';
    out = put_number(out, line->state.ci);
    if (store) {
        *out++ = '\t';
        out = put_hex(out, &line->state);
    }
    return PUT(out, "\n");
}

/* Id and store, each at its longest, leave as much again for the rest. */
_Static_assert(2 * (LINE_ID + ABI_LINES * sizeof("-2147483648")) < LINE_ANSWER, "LINE_ANSWER");
_Static_assert(LINE_ID + 2 * LINE_TEXT + 512 < LINE_ANSWER, "LINE_ANSWER");

char *line_write(char *out, const struct line *line, enum line_format format, bool store)
{
    return format == LINE_TSV ? write_tsv(out, line, store) : write_json(out, line, store);
}
