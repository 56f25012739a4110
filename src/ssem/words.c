/* The words that assembly knows: mnemonics with their aliases, and directives. */
#include "ssem/words.h"

#include <string.h>

static const struct word words[] = {
    {"JMP", STATEMENT_INSTRUCTION, FUNCTION_JMP}, {"JRP", STATEMENT_INSTRUCTION, FUNCTION_JRP},
    {"JPR", STATEMENT_INSTRUCTION, FUNCTION_JRP}, {"JMR", STATEMENT_INSTRUCTION, FUNCTION_JRP},
    {"LDN", STATEMENT_INSTRUCTION, FUNCTION_LDN}, {"STO", STATEMENT_INSTRUCTION, FUNCTION_STO},
    {"SUB", STATEMENT_INSTRUCTION, FUNCTION_SUB}, {"CMP", STATEMENT_INSTRUCTION, FUNCTION_CMP},
    {"SKN", STATEMENT_INSTRUCTION, FUNCTION_CMP}, {"TEST", STATEMENT_INSTRUCTION, FUNCTION_CMP},
    {"STP", STATEMENT_INSTRUCTION, FUNCTION_STP}, {"STOP", STATEMENT_INSTRUCTION, FUNCTION_STP},
    {"HLT", STATEMENT_INSTRUCTION, FUNCTION_STP}, {"NUM", STATEMENT_NUMBER, FUNCTION_COUNT},
    {"VAR", STATEMENT_NUMBER, FUNCTION_COUNT},    {"BIN", STATEMENT_BITS, FUNCTION_COUNT},
    {"BINS", STATEMENT_BITS, FUNCTION_COUNT},     {"BNUM", STATEMENT_BITS, FUNCTION_COUNT},
    {"START", STATEMENT_START, FUNCTION_COUNT},   {"ORG", STATEMENT_ORIGIN, FUNCTION_COUNT},
};

#define WORD_COUNT (sizeof(words) / sizeof(words[0]))

const struct word *words_find(const struct token *token)
{
    for (size_t i = 0; i < WORD_COUNT; i++)
        if (lexer_is(token, words[i].name))
            return &words[i];
    return NULL;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static size_t common_end(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t count = 0;

    while (count < a_length && count < b_length &&
           upper(a[a_length - count - 1]) == b[b_length - count - 1])
        count++;
    return count;
}

/* Whether one edit makes text the name: what follows the first difference is then the same. */
static bool is_near(const char *text, size_t length, const char *name)
{
    size_t name_length = strlen(name);
    size_t same = 0;

    while (same < length && same < name_length && upper(text[same]) == name[same])
        same++;
    text += same;
    length -= same;
    name += same;
    name_length -= same;

    size_t end = common_end(text, length, name, name_length);

    if (length <= end + 1 && name_length <= end + 1)
        return true;
    return length == name_length && length == end + 2 && upper(text[0]) == name[1] &&
           upper(text[1]) == name[0];
}

const struct word *words_guess(const struct token *token)
{
    if (token->length < 2)
        return NULL;
    for (size_t i = 0; i < WORD_COUNT; i++)
        if (is_near(token->text, token->length, words[i].name))
            return &words[i];
    return NULL;
}
