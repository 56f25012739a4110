/* Places of the machine and words for them, as users write them. */
#include "debug/place.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ssem/statement.h"

int place_find(const char *text, size_t length)
{
    uint64_t line;

    if (length == 1 && strncasecmp(text, "A", 1) == 0)
        return PLACE_A;
    if (length == 2 && strncasecmp(text, "CI", 2) == 0)
        return PLACE_CI;
    return lexer_digits(text, length, 10, &line) && line < ABI_LINES ? (int)line : -1;
}

const char *place_name(unsigned place, char out[PLACE_TEXT])
{
    if (place < ABI_LINES)
        snprintf(out, PLACE_TEXT, "%u", place);
    else
        snprintf(out, PLACE_TEXT, "%s", place == PLACE_A ? "A" : "CI");
    return out;
}

uint32_t place_word(const struct baby *m, unsigned place)
{
    return place < ABI_LINES ? m->store[place] : place == PLACE_A ? m->a : m->ci;
}

void place_set(struct baby *m, unsigned place, uint32_t word)
{
    if (place < ABI_LINES)
        m->store[place] = word;
    else if (place == PLACE_A)
        m->a = word;
    else
        m->ci = word % ABI_LINES;
}

/* The sum of a statement's terms, which are all numbers; false if it is not one, or too large. */
static bool sum(const struct expression *expression, int64_t *value)
{
    *value = 0;
    for (unsigned i = 0; i < expression->count; i++) {
        const struct token *token = &expression->terms[i].token;

        if (token->kind != TOKEN_NUMBER || token->value > UINT32_MAX)
            return false;
        *value += expression->terms[i].negative ? -(int64_t)token->value : (int64_t)token->value;
    }
    return *value >= INT32_MIN && *value <= UINT32_MAX;
}

bool place_read_word(const char *text, uint32_t *word)
{
    const struct source_line line = {.text = text, .length = strlen(text), .number = 1};
    struct statement s;
    int64_t value;

    if (!statement_parse(&s, &line, NULL) || s.has_number || s.has_label)
        return false;
    switch (s.kind) {
    case STATEMENT_LONE:
        *word = (uint32_t)s.number.value;
        return s.number.value <= UINT32_MAX;
    case STATEMENT_BITS:
        *word = s.bits;
        return true;
    case STATEMENT_NUMBER:
        if (!sum(&s.operand, &value))
            return false;
        *word = (uint32_t)value;
        return true;
    case STATEMENT_INSTRUCTION:
        if (!sum(&s.operand, &value) || value < 0 || value >= ABI_LINES)
            return false;
        *word = word_make(s.function, (uint32_t)value);
        return true;
    default:
        return false;
    }
}
