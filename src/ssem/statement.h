/* One line of assembly, taken apart: line number, label, statement, in every dialect. */
#ifndef SSEM_STATEMENT_H
#define SSEM_STATEMENT_H

#include "ssem/diagnostics.h"
#include "ssem/isa.h"
#include "ssem/lexer.h"

#define STATEMENT_TERMS 8

/* A sum of numbers and labels, such as loop-1. */
struct expression {
    unsigned count; /* 0: there is none */
    struct {
        bool negative;
        struct token token; /* TOKEN_NUMBER or TOKEN_WORD */
    } terms[STATEMENT_TERMS];
};

enum statement_kind {
    STATEMENT_NONE,        /* nothing, or a label alone */
    STATEMENT_EMPTY,       /* a line number with nothing on it */
    STATEMENT_LONE,        /* just a number: a word, a line with nothing on it, or a count */
    STATEMENT_INSTRUCTION, /* function and, unless count is 0, the line */
    STATEMENT_NUMBER,      /* NUM and its like, or a number with a sign */
    STATEMENT_BITS,        /* 32 bits, the least significant first */
    STATEMENT_START,       /* emuStudio's: CI when the program starts */
    STATEMENT_TARGET,      /* EJA, of babyutils: one less than the line, as a jump needs it */
    STATEMENT_ORIGIN,      /* a line number and a colon alone: where the next statement stands */
};

struct statement {
    enum statement_kind kind;
    bool has_number, has_colon; /* a line number; a colon after it */
    struct token number;        /* the line number; of STATEMENT_LONE its only token */
    bool has_label;
    struct token label;
    struct token head; /* first token of the statement itself */
    enum word_function function;
    struct expression operand;
    uint32_t bits;
};

/* Takes the line apart. For a line that cannot be understood it returns false after adding to d
 * what is wrong; then number and label are set if they were there, kind is what the statement was
 * most likely meant to be, and the rest is undefined. d may be NULL. */
bool statement_parse(struct statement *statement, const struct source_line *line,
                     struct diagnostics *d);

#endif
