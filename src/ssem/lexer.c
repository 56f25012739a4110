/* Cuts a line of assembly into tokens; the comments of all dialects end it. */
#include "ssem/lexer.h"

#include <strings.h>

/* Like isdigit(), whatever the locale. */
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The characters of a name, digits apart: those of babyutils' bas (libbaby/asm-lex.l). */
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '$';
}

/* The character at an offset, NUL past the end. */
static char character(const struct source_line *line, size_t at)
{
    return at < line->length ? line->text[at] : '\0';
}

bool lexer_is_end(const struct source_line *line, size_t at)
{
    char c = character(line, at);

    return at >= line->length || c == ';' || c == '#' ||
           ((c == '-' || c == '/') && character(line, at + 1) == c);
}

static unsigned digit_value(char c)
{
    if (is_digit(c))
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A') + 10;
    return 16;
}

bool lexer_digits(const char *text, size_t length, unsigned base, uint64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned digit = digit_value(text[i]);

        if (digit >= base)
            return false;
        if (__builtin_mul_overflow(*value, base, value) ||
            __builtin_add_overflow(*value, digit, value))
            *value = UINT64_MAX;
    }
    return length > 0;
}

/* Sets the value of a run of digits and letters, or its kind to TOKEN_BAD. */
static void read_number(struct token *token)
{
    bool hexadecimal = token->length > 2 && token->text[0] == '0' && (token->text[1] | 32) == 'x';
    size_t from = hexadecimal ? 2 : 0;

    token->kind =
        lexer_digits(token->text + from, token->length - from, hexadecimal ? 16 : 10, &token->value)
            ? TOKEN_NUMBER
            : TOKEN_BAD;
}

static enum token_kind punctuation(char c)
{
    switch (c) {
    case '+':
        return TOKEN_PLUS;
    case '-':
        return TOKEN_MINUS;
    case ',':
        return TOKEN_COMMA;
    case ':':
        return TOKEN_COLON;
    default:
        return TOKEN_BAD;
    }
}

struct token lexer_next(struct lexer *lexer)
{
    const struct source_line *line = lexer->line;
    size_t at = source_skip(line, lexer->at);
    size_t end = at;
    struct token token = {
        .text = line->text + at,
        .column = at + 1,
        .spaced = at == 0 || at > lexer->at,
    };

    lexer->at = at;
    if (lexer_is_end(line, at))
        return token;
    while (is_letter(character(line, end)) || is_digit(character(line, end)))
        end++;
    token.length = end > at ? end - at : 1;
    if (end == at)
        token.kind = punctuation(line->text[at]);
    else if (is_digit(line->text[at]))
        read_number(&token);
    else
        token.kind = TOKEN_WORD;
    lexer->at = at + token.length;
    return token;
}

struct token lexer_peek(const struct lexer *lexer)
{
    struct lexer copy = *lexer;

    return lexer_next(&copy);
}

bool lexer_is(const struct token *token, const char *word)
{
    return token->kind == TOKEN_WORD && strncasecmp(token->text, word, token->length) == 0 &&
           word[token->length] == '\0';
}

bool lexer_is_binary(const struct token *token)
{
    if (token->kind != TOKEN_NUMBER)
        return false;
    for (size_t i = 0; i < token->length; i++)
        if (token->text[i] != '0' && token->text[i] != '1')
            return false;
    return true;
}
