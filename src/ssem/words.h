/* The words that assembly knows: mnemonics with their aliases, and directives. */
#ifndef SSEM_WORDS_H
#define SSEM_WORDS_H

#include "ssem/statement.h"

struct word {
    const char *name; /* in upper case */
    enum statement_kind kind;
    enum word_function function; /* of STATEMENT_INSTRUCTION */
};

/* The word that the token is, in upper or lower case, or NULL. */
const struct word *words_find(const struct token *token);

/* The word that the token is with one letter missing, one too many or two swapped, or NULL. With
 * one that differs it is more likely to be another machine's, such as LDA. */
const struct word *words_guess(const struct token *token);

#endif
