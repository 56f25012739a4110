/* Reads a line of `batch`: hex by a reader of its own, JSON by jansson. */
#include "pool/line.h"

#include <endian.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "ssem/formats.h"

#define WORD_DIGITS 8

void line_fail(struct line *line, int status, const char *format, ...)
{
    va_list arguments;

    line->verdict = LINE_ERROR;
    line->status = (uint8_t)status;
    va_start(arguments, format);
    vsnprintf(line->text, sizeof(line->text), format, arguments);
    va_end(arguments);
}

/* Where hex is wrong: column from 1. */
static void bad_hex(struct line *line, const char *text, const char *at, const char *what)
{
    line_fail(line, STATUS_DATA, "column %zu: %s", (size_t)(at - text) + 1, what);
}

/* The 8 bytes as a word of as many hexadecimal digits, all at once; returns whether they are. */
static bool read_word(const char *at, uint32_t *word)
{
    const uint64_t ones = 0x0101010101010101;
    uint64_t text, letters, value, above_nine;

    memcpy(&text, at, sizeof(text));
    text = be64toh(text);
    letters = text >> 6 & ones;
    text |= letters * 0x20;
    value = (text & ones * 0xf) + letters * 9;
    above_nine = (value + ones * 6) >> 4 & ones;
    /* The digits of these values, in small letters, must be what is there. */
    if ((value & ones * 0x10) || value + ones * '0' + above_nine * ('a' - '0' - 10) != text)
        return false;
    value = (value | value >> 4) & 0x00ff00ff00ff00ff;
    value = (value | value >> 8) & 0x0000ffff0000ffff;
    *word = (uint32_t)(value | value >> 16);
    return true;
}

/* Decimal digits from at to end. */
static bool read_number(const char *at, const char *end, uint64_t *number)
{
    bool overflow = false;

    *number = 0;
    for (const char *c = at; c < end; c++) {
        if (*c < '0' || *c > '9')
            return false;
        overflow = overflow || __builtin_mul_overflow(*number, 10, number) ||
                   __builtin_add_overflow(*number, (uint64_t)(*c - '0'), number);
    }
    return at < end && !overflow;
}

/* An id of characters that need no escape in JSON. */
static bool read_id(struct line *line, const char *at, const char *end)
{
    if (at == end || end - at > LINE_ID - 3)
        return false;
    for (const char *c = at; c < end; c++)
        if (*c <= ' ' || *c > '~' || *c == '"' || *c == '\\')
            return false;
    snprintf(line->id, sizeof(line->id), "\"%.*s\"", (int)(end - at), at);
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void read_hex(struct line *line, const char *text, size_t length)
{
    static const char limit[] = "limit=";
    const char *const end = text + length;
    unsigned words = 0;
    bool limited = false;

    for (const char *at = text; at < end;) {
        const char *last = at;

        if (is_blank(*at)) {
            at++;
            continue;
        }
        if (words < ABI_LINES && end - at >= WORD_DIGITS &&
            (end - at == WORD_DIGITS || is_blank(at[WORD_DIGITS])) &&
            read_word(at, &line->state.store[words])) {
            words++;
            at += WORD_DIGITS;
            continue;
        }
        while (last < end && !is_blank(*last))
            last++;
        if (*at == '@') {
            if (line->id[0])
                return bad_hex(line, text, at, "a second id");
            if (!read_id(line, at + 1, last))
                return bad_hex(line, text, at,
                               "an id has up to 125 visible ASCII characters but \" and \\");
        } else if ((size_t)(last - at) > strlen(limit) && memcmp(at, limit, strlen(limit)) == 0) {
            if (limited)
                return bad_hex(line, text, at, "a second limit");
            limited = true;
            if (!read_number(at + strlen(limit), last, &line->limit))
                return bad_hex(line, text, at, "limit= takes a number below 2^64");
        } else {
            return bad_hex(line, text, at,
                           words == ABI_LINES ? "more than 32 words"
                                              : "not a word of 8 hexadecimal digits");
        }
        at = last;
    }
    if (words == 0)
        line_fail(line, STATUS_DATA, "no program: at least one word is needed");
}

static bool get_word(const json_t *value, uint32_t *word)
{
    const json_int_t number = json_integer_value(value);

    *word = (uint32_t)number;
    return json_is_integer(value) && number >= INT32_MIN && number <= (json_int_t)UINT32_MAX;
}

static void get_store(struct line *line, const json_t *value)
{
    if (!json_is_array(value) || json_array_size(value) > ABI_LINES)
        return line_fail(line, STATUS_DATA, "\"store\" is not an array of at most 32 numbers");
    for (size_t i = 0; i < json_array_size(value); i++)
        if (!get_word(json_array_get(value, i), &line->state.store[i]))
            return line_fail(line, STATUS_DATA,
                             "\"store\": line %zu is not a whole number of 32 bits", i);
}

/* The first line of what a reader says of a program. */
static void get_program(struct line *line, const json_t *value)
{
    static struct error error;
    struct baby state;
    const struct source source = {
        .name = "\"program\"",
        .text = json_string_value(value),
        .length = json_string_length(value),
        .origin = SOURCE_ORIGIN_DEFAULT,
    };

    if (!source.text)
        return line_fail(line, STATUS_DATA, "\"program\" is not a string");
    if (formats_read(&state, NULL, &source, NULL, &error) < 0)
        return line_fail(line, STATUS_DATA, "%.*s", (int)strcspn(error.text, "\n"), error.text);
    line->state = state;
    line->state.executed = 0;
}

static void get_id(struct line *line, const json_t *value)
{
    char text[LINE_ID];
    const size_t length = json_is_array(value) || json_is_object(value)
                              ? sizeof(text)
                              : json_dumpb(value, text, sizeof(text) - 1,
                                           JSON_ENCODE_ANY | JSON_ENSURE_ASCII | JSON_COMPACT);

    if (length == 0 || length > sizeof(text) - 1 || memchr(text, '\177', length))
        return line_fail(line, STATUS_DATA, "\"id\" is not a string or number of up to 125 bytes");
    memcpy(line->id, text, length);
    line->id[length] = '\0';
}

static void get_member(struct line *line, const char *key, const json_t *value)
{
    char shown[64];

    if (strcmp(key, "id") == 0) {
        get_id(line, value);
    } else if (strcmp(key, "a") == 0) {
        if (!get_word(value, &line->state.a))
            line_fail(line, STATUS_DATA, "\"a\" is not a whole number of 32 bits");
    } else if (strcmp(key, "ci") == 0) {
        if (!get_word(value, &line->state.ci) || line->state.ci >= ABI_LINES)
            line_fail(line, STATUS_DATA, "\"ci\" is not a number from 0 to 31");
    } else if (strcmp(key, "limit") == 0) {
        line->limit = (uint64_t)json_integer_value(value);
        if (!json_is_integer(value) || json_integer_value(value) < 0)
            line_fail(line, STATUS_DATA, "\"limit\" is not a whole number from 0 on");
    } else if (strcmp(key, "store") != 0 && strcmp(key, "words") != 0 &&
               strcmp(key, "program") != 0) {
        line_fail(line, STATUS_DATA, "unknown key \"%s\"",
                  error_escape(shown, sizeof(shown), key, strlen(key)));
    }
}

/* The program first, which may bring A and CI, then what changes them. */
static void read_object(struct line *line, json_t *object)
{
    const json_t *store = json_object_get(object, "store");
    const json_t *words = json_object_get(object, "words");
    const json_t *program = json_object_get(object, "program");
    const char *key;
    json_t *value;

    json_object_foreach(object, key, value)
    {
        if (strcmp(key, "id") == 0)
            get_member(line, key, value);
    }
    if (!store + !words + !program != 2)
        line_fail(line, STATUS_DATA, "one of \"store\", \"words\" and \"program\" is needed");
    else if (store)
        get_store(line, store);
    else if (program)
        get_program(line, program);
    else if (!json_is_string(words))
        line_fail(line, STATUS_DATA, "\"words\" is not a string");
    else
        read_hex(line, json_string_value(words), json_string_length(words));
    json_object_foreach(object, key, value)
    {
        if (line->verdict == LINE_NONE)
            get_member(line, key, value);
    }
}

static void read_json(struct line *line, const char *text, size_t length)
{
    json_error_t wrong;
    json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, &wrong);
    char shown[2 * JSON_ERROR_TEXT_LENGTH];

    if (object && json_is_object(object))
        read_object(line, object);
    else if (json_error_code(&wrong) == json_error_null_character) /* its text is for programmers */
        line_fail(line, STATUS_DATA, "column %d: \\u0000 is not allowed", wrong.position);
    else
        line_fail(line, STATUS_DATA, "column %d: %s", wrong.position,
                  error_escape(shown, sizeof(shown), wrong.text, strlen(wrong.text)));
    json_decref(object);
}

void line_read(struct line *line, const char *text, size_t length, uint64_t number, uint64_t limit)
{
    size_t at = 0;

    memset(line, 0, offsetof(struct line, id));
    line->limit = limit;
    line->number = number;
    line->id[0] = '\0';
    if (length > LINE_MOST) {
        line_fail(line, STATUS_DATA, "longer than %d bytes", LINE_MOST);
        return;
    }
    while (at < length && is_blank(text[at]))
        at++;
    if (at < length && text[at] == '{')
        read_json(line, text, length);
    else
        read_hex(line, text, length);
}
