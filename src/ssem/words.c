/* The words that assembly knows: mnemonics with their aliases, and directives. */
#include "ssem/words.h"

#include "base/guess.h"

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

const struct word *words_guess(const struct token *token)
{
    if (token->length < 2)
        return NULL;
    for (size_t i = 0; i < WORD_COUNT; i++)
        if (guess_is_near(token->text, token->length, words[i].name))
            return &words[i];
    return NULL;
}
