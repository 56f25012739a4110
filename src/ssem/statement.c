/* One line of assembly, taken apart: line number, label, statement, in every dialect. */
#include "ssem/statement.h"

#include <string.h>

#include "ssem/bits.h"
#include "ssem/words.h"

struct parser {
    const struct source_line *line;
    struct lexer lexer;
    struct diagnostics *d;
};

/* Enough of a token for a message, escaped. */
struct shown {
    char text[64];
};

static struct shown show(const struct token *token)
{
    struct shown shown;

    error_escape(shown.text, sizeof(shown.text), token->text, token->length);
    return shown;
}

/* Whether a comma comes before the end: only the notation of 1948 has one. */
static bool comma_follows(const struct lexer *lexer)
{
    struct lexer ahead = *lexer;

    for (;;) {
        struct token token = lexer_next(&ahead);

        if (token.kind == TOKEN_COMMA || token.kind == TOKEN_END)
            return token.kind == TOKEN_COMMA;
    }
}

/* After the number that begins the line: whether it is a line number, judged by what follows. */
static bool is_line_number(const struct lexer *lexer)
{
    struct token next = lexer_peek(lexer);

    switch (next.kind) {
    case TOKEN_COLON:
        return true;
    case TOKEN_WORD:
        return next.spaced;
    case TOKEN_NUMBER:
        return next.spaced && (comma_follows(lexer) ||
                               (lexer_is_binary(&next) && next.length > LEXER_DECIMAL_DIGITS));
    case TOKEN_MINUS:
        return next.spaced && comma_follows(lexer);
    default:
        return false;
    }
}

/* Reads [+-] term { +|- term }. */
static bool parse_expression(struct parser *p, struct expression *expression)
{
    struct token sign = lexer_peek(&p->lexer);
    bool is_sign = sign.kind == TOKEN_PLUS || sign.kind == TOKEN_MINUS;

    expression->count = 0;
    do {
        if (is_sign)
            lexer_next(&p->lexer);

        struct token term = lexer_next(&p->lexer);

        if (term.kind != TOKEN_NUMBER && term.kind != TOKEN_WORD) {
            diagnostics_add(p->d, p->line, term.column,
                            term.kind == TOKEN_END ? "a number or a label is missing here"
                                                   : "\"%s\" is neither a number nor a label",
                            show(&term).text);
            return false;
        }
        if (expression->count == STATEMENT_TERMS) {
            diagnostics_add(p->d, p->line, term.column, "more than %d terms", STATEMENT_TERMS);
            return false;
        }
        expression->terms[expression->count].negative = is_sign && sign.kind == TOKEN_MINUS;
        expression->terms[expression->count++].token = term;
        sign = lexer_peek(&p->lexer);
        is_sign = sign.kind == TOKEN_PLUS || sign.kind == TOKEN_MINUS;
    } while (is_sign);
    return true;
}

/* Reads the store line of the notation of 1948: s, which stands for the line that follows, or the
 * line itself. */
static bool parse_place(struct parser *p, struct expression *expression, bool *follows)
{
    struct token token = lexer_peek(&p->lexer);

    *follows = lexer_is(&token, "s");
    if (*follows) {
        lexer_next(&p->lexer);
        return true;
    }
    return parse_expression(p, expression);
}

static bool expect_register(struct parser *p, const char *name)
{
    struct token comma = lexer_next(&p->lexer);
    struct token token = comma.kind == TOKEN_COMMA ? lexer_next(&p->lexer) : comma;

    if (comma.kind == TOKEN_COMMA && lexer_is(&token, name))
        return true;
    diagnostics_add(p->d, p->line, token.column,
                    "\",%s\" is expected here: the six are s,C  c+s,C  -s,A  a,S  a-s,A and Test",
                    name);
    return false;
}

/* s,C  c+s,C  -s,A  a,S  a-s,A with a line for s and S, or with it after them. */
static bool parse_1948(struct parser *p, struct statement *s)
{
    struct lexer start = p->lexer;
    struct token first = lexer_next(&p->lexer);
    struct token second = lexer_next(&p->lexer);
    const char *destination = "A";
    bool follows;

    s->kind = STATEMENT_INSTRUCTION;
    if (lexer_is(&first, "a") && second.kind == TOKEN_COMMA) {
        s->function = WORD_STO;
        destination = NULL;
    } else if (lexer_is(&first, "a") && second.kind == TOKEN_MINUS) {
        s->function = WORD_SUB;
    } else if (lexer_is(&first, "c") && second.kind == TOKEN_PLUS) {
        s->function = WORD_JRP;
        destination = "C";
    } else if (first.kind == TOKEN_MINUS) {
        s->function = WORD_LDN;
        p->lexer = start;
        lexer_next(&p->lexer);
    } else {
        s->function = WORD_JMP;
        destination = "C";
        p->lexer = start;
    }
    if (!parse_place(p, &s->operand, &follows) || (destination && !expect_register(p, destination)))
        return false;
    return !follows || parse_expression(p, &s->operand);
}

static bool parse_bits(struct parser *p, struct statement *s, const struct token *token)
{
    s->kind = STATEMENT_BITS;
    return bits_parse(p->line, token, &s->bits, p->d);
}

static bool unknown_word(struct parser *p, const struct statement *s)
{
    const struct word *guess = words_guess(&s->head);
    struct token next = lexer_peek(&p->lexer);

    if (guess)
        diagnostics_add(p->d, p->line, s->head.column, "unknown mnemonic \"%s\": is it %s?",
                        show(&s->head).text, guess->name);
    else if (next.kind == TOKEN_WORD && words_find(&next))
        diagnostics_add(p->d, p->line, s->head.column,
                        "unknown mnemonic \"%s\"; if it is a label, add a colon",
                        show(&s->head).text);
    else
        diagnostics_add(p->d, p->line, s->head.column,
                        "unknown mnemonic \"%s\"; there are JMP JRP LDN STO SUB CMP STP, NUM and "
                        "BIN",
                        show(&s->head).text);
    return false;
}

static bool parse_word(struct parser *p, struct statement *s)
{
    const struct word *word = words_find(&s->head);

    if (!word)
        return unknown_word(p, s);
    s->kind = word->kind;
    s->function = word->function;

    struct token next = lexer_peek(&p->lexer);

    switch (word->kind) {
    case STATEMENT_BITS:
        if (next.kind != TOKEN_END)
            lexer_next(&p->lexer);
        return parse_bits(p, s, &next);
    case STATEMENT_START:
        return true;
    case STATEMENT_INSTRUCTION:
        if (next.kind == TOKEN_END && !isa_functions[word->function].has_line)
            return true;
        /* fall through */
    default:
        if (next.kind != TOKEN_END)
            return parse_expression(p, &s->operand);
        diagnostics_add(p->d, p->line, next.column, "%s needs a %s, such as %s 24", word->name,
                        word->kind == STATEMENT_NUMBER ? "number" : "line number", word->name);
        return false;
    }
}

static bool missing_mnemonic(struct parser *p, const struct token *number)
{
    diagnostics_add(p->d, p->line, number->column, "a mnemonic or NUM is missing in front of this");
    return false;
}

/* Numbers without a mnemonic: bits, or the word itself. */
static bool parse_bare(struct parser *p, struct statement *s)
{
    if (lexer_is_binary(&s->head) && (s->has_number || s->head.length > LEXER_DECIMAL_DIGITS)) {
        lexer_next(&p->lexer);
        return parse_bits(p, s, &s->head);
    }
    if (s->has_number)
        return missing_mnemonic(p, &s->head);
    if (s->head.kind == TOKEN_NUMBER) {
        s->number = lexer_next(&p->lexer);
        s->kind = STATEMENT_LONE;
        return true;
    }
    s->kind = STATEMENT_NUMBER;
    return parse_expression(p, &s->operand);
}

static bool parse_statement(struct parser *p, struct statement *s)
{
    s->head = lexer_peek(&p->lexer);
    if (s->head.kind == TOKEN_END) {
        if (s->has_number)
            s->kind = s->has_colon ? STATEMENT_ORIGIN : STATEMENT_EMPTY;
        return true;
    }
    s->kind = STATEMENT_NUMBER;
    if (comma_follows(&p->lexer) && !words_find(&s->head))
        return parse_1948(p, s);
    switch (s->head.kind) {
    case TOKEN_WORD:
        lexer_next(&p->lexer);
        return parse_word(p, s);
    case TOKEN_NUMBER:
    case TOKEN_PLUS:
    case TOKEN_MINUS:
        return parse_bare(p, s);
    default:
        diagnostics_add(p->d, p->line, s->head.column,
                        s->head.text[0] >= '0' && s->head.text[0] <= '9'
                            ? "\"%s\" is not a number"
                            : "\"%s\" cannot stand here; a comment begins with ; or --",
                        show(&s->head).text);
        return false;
    }
}

static bool expect_end(struct parser *p, const struct statement *s)
{
    struct token token = lexer_next(&p->lexer);

    if (token.kind == TOKEN_END)
        return true;
    if (s->kind == STATEMENT_LONE && token.kind != TOKEN_BAD)
        return missing_mnemonic(p, &token);
    diagnostics_add(p->d, p->line, token.column,
                    "the statement is complete before \"%s\"; a comment begins with ; or --",
                    show(&token).text);
    return false;
}

bool statement_parse(struct statement *statement, const struct source_line *line,
                     struct diagnostics *d)
{
    struct parser p = {.line = line, .lexer = {.line = line}, .d = d};
    struct lexer ahead = p.lexer;
    struct token token = lexer_next(&ahead);

    memset(statement, 0, sizeof(*statement));
    if (token.kind == TOKEN_NUMBER && is_line_number(&ahead)) {
        statement->has_number = true;
        statement->number = token;
        statement->has_colon = lexer_peek(&ahead).kind == TOKEN_COLON;
        if (statement->has_colon)
            lexer_next(&ahead);
        p.lexer = ahead;
        token = lexer_next(&ahead);
    }
    if (token.kind == TOKEN_WORD && lexer_peek(&ahead).kind == TOKEN_COLON) {
        statement->has_label = true;
        statement->label = token;
        lexer_next(&ahead);
        p.lexer = ahead;
    }
    return parse_statement(&p, statement) && expect_end(&p, statement);
}
