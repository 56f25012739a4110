/* The words that assembly knows: mnemonics with their aliases, and directives. */
#include "ssem/words.h"

#include <string.h>

static const struct word words[] = {
    {"JMP", STATEMENT_INSTRUCTION, WORD_JMP},   {"JRP", STATEMENT_INSTRUCTION, WORD_JRP},
    {"JPR", STATEMENT_INSTRUCTION, WORD_JRP},   {"JMR", STATEMENT_INSTRUCTION, WORD_JRP},
    {"LDN", STATEMENT_INSTRUCTION, WORD_LDN},   {"STO", STATEMENT_INSTRUCTION, WORD_STO},
    {"SUB", STATEMENT_INSTRUCTION, WORD_SUB},   {"CMP", STATEMENT_INSTRUCTION, WORD_CMP},
    {"SKN", STATEMENT_INSTRUCTION, WORD_CMP},   {"TEST", STATEMENT_INSTRUCTION, WORD_CMP},
    {"STP", STATEMENT_INSTRUCTION, WORD_STP},   {"STOP", STATEMENT_INSTRUCTION, WORD_STP},
    {"HLT", STATEMENT_INSTRUCTION, WORD_STP},   {"NUM", STATEMENT_NUMBER, WORD_FUNCTIONS},
    {"VAR", STATEMENT_NUMBER, WORD_FUNCTIONS},  {"BIN", STATEMENT_BITS, WORD_FUNCTIONS},
    {"BINS", STATEMENT_BITS, WORD_FUNCTIONS},   {"BNUM", STATEMENT_BITS, WORD_FUNCTIONS},
    {"START", STATEMENT_START, WORD_FUNCTIONS}, {"EJA", STATEMENT_TARGET, WORD_FUNCTIONS},
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

/* Whether a letter more, a letter less or a swap makes text the name: what follows the first
 * difference is then the same. */
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

    if (length + name_length <= 2 * end + 1)
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
