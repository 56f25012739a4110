/* Cuts a line of assembly into tokens; the comments of all dialects end it. */
#ifndef SSEM_LEXER_H
#define SSEM_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ssem/source.h"

/* No number of 32 bits has more; a longer run of 0 and 1 is bits. */
#define LEXER_DECIMAL_DIGITS 10

enum token_kind {
    TOKEN_END,    /* of the line, or a comment: ; -- # // */
    TOKEN_WORD,   /* letters, digits and _ . $, no digit first */
    TOKEN_NUMBER, /* decimal, or hexadecimal after 0x; without a sign */
    TOKEN_PLUS,
    TOKEN_MINUS,
    TOKEN_COMMA,
    TOKEN_COLON,
    TOKEN_BAD, /* anything else, and a number that runs into letters */
};

struct token {
    enum token_kind kind;
    const char *text; /* into the line */
    size_t length;
    size_t column;  /* from 1 */
    bool spaced;    /* white space before it, or the start of the line */
    uint64_t value; /* of a number; UINT64_MAX for all that are larger */
};

/* Where the lexer stands; a copy is a way back. */
struct lexer {
    const struct source_line *line;
    size_t at;
};

/* Returns the next token; after the last one TOKEN_END, again and again. */
struct token lexer_next(struct lexer *lexer);

/* What lexer_next() is going to return. */
struct token lexer_peek(const struct lexer *lexer);

/* Whether the line ends at the offset, or a comment begins there. */
bool lexer_is_end(const struct source_line *line, size_t at);

/* Whether a word is this one, in upper or lower case; false for other kinds. */
bool lexer_is(const struct token *token, const char *word);

/* Whether text is one or more digits of the base, up to 16. Sets *value, UINT64_MAX for all that
 * are larger. */
bool lexer_digits(const char *text, size_t length, unsigned base, uint64_t *value);

/* Whether a number is written with the digits 0 and 1 only. */
bool lexer_is_binary(const struct token *token);

#endif
