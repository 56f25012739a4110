/* Assembles every text dialect, with or without line numbers, and snapshots of bits. */
#include "ssem/assembler.h"

#include <string.h>

#include "ssem/labels.h"
#include "ssem/statement.h"

/* The text is gone through three times: to see whether lines are numbered, to place the labels, to
 * assemble. Errors are added in the last pass alone, so that they come in the order of the text. */
struct assembler {
    const struct source *source;
    bool bits_only;
    struct diagnostics *d;
    unsigned numbered;       /* first line of the text that has a line number, 0 if none has */
    unsigned strict;         /* the same, without a colon: then all statements need a number */
    unsigned statements;     /* how many there are, a count line left out */
    unsigned count_line;     /* line of the text with the count, 0 for none */
    uint64_t place;          /* where a statement without a number goes */
    bool no_room, no_number; /* that error has been added */
    unsigned start_line;     /* line of the text with START, 0 for none */
    struct labels labels;
    unsigned taken[ABI_LINES]; /* lines of the text whose statements stand there, or 0 */
    struct baby *m;
};

/* statement_parse() with what the first pass has found out: whether a lone number is a word or a
 * line number. */
static bool parse(const struct assembler *a, struct statement *s, const struct source_line *line,
                  struct diagnostics *d)
{
    bool good = statement_parse(s, line, d);

    if (a->numbered && s->kind == STATEMENT_LONE && line->number != a->count_line) {
        s->kind = STATEMENT_EMPTY;
        s->has_number = true;
    }
    return good;
}

static bool takes_place(const struct assembler *a, const struct statement *s, unsigned line)
{
    return s->kind != STATEMENT_NONE && s->kind != STATEMENT_START && s->kind != STATEMENT_ORIGIN &&
           line != a->count_line;
}

/* First pass. Line numbers alone count as well. */
static void survey(struct assembler *a)
{
    struct source_line line = {0};
    struct statement s;
    unsigned lone = 0;

    while (source_next(a->source, &line)) {
        statement_parse(&s, &line, NULL);
        if ((takes_place(a, &s, line.number) || s.kind == STATEMENT_ORIGIN) &&
            a->statements++ == 0 && s.kind == STATEMENT_LONE)
            lone = line.number;
        if (s.has_number && !a->numbered)
            a->numbered = line.number;
        if (s.has_number && !s.has_colon && !a->strict)
            a->strict = line.number;
    }
    if (a->numbered && lone) {
        a->count_line = lone;
        a->statements--;
    }
}

/* Where the statement stands: its own line number or, without one, the next place. */
static uint64_t place_of(const struct assembler *a, const struct statement *s)
{
    return a->numbered && s->has_number ? s->number.value : a->place;
}

/* Notes that the statement stands at a place and returns it. */
static uint64_t advance(struct assembler *a, const struct statement *s)
{
    uint64_t place = place_of(a, s);

    a->place = s->kind == STATEMENT_ORIGIN || place == UINT64_MAX ? place : place + 1;
    return place;
}

/* Second pass. Labels in front of nothing wait for the next statement, but not beyond an origin. */
static void place_labels(struct assembler *a)
{
    struct source_line line = {0};
    struct statement s;
    unsigned waiting = 0;

    a->place = a->source->origin < 0 ? 0 : (uint64_t)a->source->origin;
    while (source_next(a->source, &line)) {
        parse(a, &s, &line, NULL);
        if (s.kind == STATEMENT_ORIGIN) {
            labels_place(&a->labels, &waiting, a->place);
            advance(a, &s);
        }
        if (s.has_label && labels_add(&a->labels, &s.label, line.number))
            waiting++;
        if (takes_place(a, &s, line.number)) {
            labels_place(&a->labels, &waiting, place_of(a, &s));
            advance(a, &s);
        }
    }
    labels_place(&a->labels, &waiting, a->place);
}

/* Computes an expression, in which $ is the place; adds why it cannot be, and returns false then.
 */
static bool evaluate(struct assembler *a, const struct source_line *line,
                     const struct expression *expression, uint64_t place, int64_t *value)
{
    *value = 0;
    for (unsigned i = 0; i < expression->count; i++) {
        const struct token *token = &expression->terms[i].token;
        uint64_t term = token->value;

        if (lexer_is(token, "$")) {
            term = place;
        } else if (token->kind == TOKEN_WORD && !labels_find(&a->labels, token, &term)) {
            char name[64], other[64];

            error_escape(name, sizeof(name), token->text, token->length);
            if (labels_guess(&a->labels, token, other, sizeof(other)))
                diagnostics_add(a->d, line, token->column, "undefined label \"%s\": is it \"%s\"?",
                                name, other);
            else
                diagnostics_add(a->d, line, token->column, "undefined label \"%s\"", name);
            return false;
        }
        if (term > UINT32_MAX) {
            diagnostics_add(a->d, line, token->column, "%.*s does not fit in 32 bits",
                            (int)(token->length < 40 ? token->length : 40), token->text);
            return false;
        }
        *value += expression->terms[i].negative ? -(int64_t)term : (int64_t)term;
    }
    return true;
}

static void emit(struct assembler *a, const struct source_line *line, const struct statement *s,
                 uint64_t place)
{
    size_t column = s->operand.count ? s->operand.terms[0].token.column : s->head.column;
    int64_t value;

    if (!evaluate(a, line, &s->operand, place, &value))
        return;
    if (s->kind == STATEMENT_TARGET)
        value--;
    if (s->kind == STATEMENT_LONE)
        value = s->number.value <= UINT32_MAX ? (int64_t)s->number.value : INT64_MAX;
    if (s->kind == STATEMENT_INSTRUCTION && (value < 0 || value >= ABI_LINES)) {
        diagnostics_add(a->d, line, column, "there is no line %lld: the store has lines 0 to 31",
                        (long long)value);
        return;
    }
    if (value < INT32_MIN || value > UINT32_MAX) {
        diagnostics_add(a->d, line, column, "the value does not fit in 32 bits");
        return;
    }
    if (s->kind == STATEMENT_BITS)
        a->m->store[place] = s->bits;
    else if (s->kind == STATEMENT_INSTRUCTION)
        a->m->store[place] = word_make(s->function, (uint32_t)value);
    else
        a->m->store[place] = (uint32_t)value;
}

static void no_such_line(struct assembler *a, const struct source_line *line,
                         const struct token *number)
{
    diagnostics_add(a->d, line, number->column,
                    "there is no line %.*s: the store has lines 0 to 31",
                    (int)(number->length < 40 ? number->length : 40), number->text);
}

/* Whether the statement can stand at its place; adds why not. */
static bool claim(struct assembler *a, const struct source_line *line, const struct statement *s,
                  uint64_t place)
{
    if (place >= ABI_LINES && s->has_number) {
        no_such_line(a, line, &s->number);
        return false;
    }
    if (place >= ABI_LINES) {
        if (!a->no_room)
            diagnostics_add(a->d, line, s->head.column,
                            "no room for this statement: the store has only lines 0 to 31");
        a->no_room = true;
        return false;
    }
    if (a->taken[place]) {
        diagnostics_add(a->d, line, s->has_number ? s->number.column : s->head.column,
                        "a second statement for line %u of the store: the first is on line %u of "
                        "the text; put ; in front of one of them",
                        (unsigned)place, a->taken[place]);
        return false;
    }
    a->taken[place] = line->number;
    return true;
}

/* Sharp's simulator ignores the count of a snapshot, MAME goes by it, and snapshots whose count is
 * off by one are about; in assembly it might as well be a line of the store. */
static void check_count(struct assembler *a, const struct source_line *line,
                        const struct statement *s)
{
    if (s->number.value == a->statements)
        return;
    if (a->bits_only &&
        (s->number.value == a->statements + 1 || s->number.value + 1 == a->statements)) {
        diagnostics_warn(a->d, line, s->number.column,
                         "the count is %u, but %u lines follow; all of them are loaded",
                         (unsigned)s->number.value, a->statements);
        return;
    }
    if (a->bits_only)
        diagnostics_add(a->d, line, s->number.column,
                        "the count is %.*s, but %u lines follow; correct or delete it",
                        (int)(s->number.length < 40 ? s->number.length : 40), s->number.text,
                        a->statements);
    else if (s->number.value < ABI_LINES)
        diagnostics_add(a->d, line, s->number.column,
                        "ambiguous: a count of lines, but %u follow, or line %u of the store with "
                        "nothing on it; correct the count, or write NUM 0 after the line number",
                        a->statements, (unsigned)s->number.value);
    else
        diagnostics_add(a->d, line, s->number.column,
                        "a first line that is just a number counts the lines, but %u follow",
                        a->statements);
}

static void set_start(struct assembler *a, const struct source_line *line,
                      const struct statement *s)
{
    if (!s->has_number)
        diagnostics_add(a->d, line, s->head.column, "START needs a line number in front of it");
    else if (s->number.value >= ABI_LINES)
        no_such_line(a, line, &s->number);
    else if (a->start_line)
        diagnostics_add(a->d, line, s->head.column, "a second START: the first is on line %u",
                        a->start_line);
    else
        a->m->ci = (uint32_t)s->number.value;
    a->start_line = line->number;
}

static void set_origin(struct assembler *a, const struct source_line *line,
                       const struct statement *s)
{
    if (s->number.value >= ABI_LINES)
        no_such_line(a, line, &s->number);
    advance(a, s);
}

static void check_label(struct assembler *a, const struct source_line *line,
                        const struct statement *s)
{
    char name[64];
    unsigned first = labels_line(&a->labels, &s->label);

    error_escape(name, sizeof(name), s->label.text, s->label.length);
    if (first == 0)
        diagnostics_add(a->d, line, s->label.column, "more than %d labels", LABELS_MAX);
    else if (first != line->number)
        diagnostics_add(a->d, line, s->label.column,
                        "repeated label \"%s\": the first is on line %u", name, first);
}

static void assemble_line(struct assembler *a, const struct source_line *line)
{
    struct statement s;
    bool good = parse(a, &s, line, a->d);

    if (s.has_label)
        check_label(a, line, &s);
    if (s.kind == STATEMENT_NONE)
        return;
    if (good && s.kind == STATEMENT_START) {
        set_start(a, line, &s);
        return;
    }
    if (good && s.kind == STATEMENT_ORIGIN) {
        set_origin(a, line, &s);
        return;
    }
    if (line->number == a->count_line) {
        check_count(a, line, &s);
        return;
    }
    if (!takes_place(a, &s, line->number))
        return;
    if (a->strict && !s.has_number) {
        if (!a->no_number)
            diagnostics_add(a->d, line, s.head.column,
                            "a line number is missing: line %u of the text has one without a "
                            "colon, and then all statements need one",
                            a->strict);
        a->no_number = true;
        return;
    }
    if (good && a->bits_only && s.kind != STATEMENT_BITS) {
        diagnostics_add(a->d, line, s.head.column,
                        "only 32 bits can stand here: a snapshot has no mnemonics; --from "
                        "chooses another format");
        return;
    }

    uint64_t place = advance(a, &s);

    if (claim(a, line, &s, place) && good && s.kind != STATEMENT_EMPTY)
        emit(a, line, &s, place);
}

/* Third pass. */
static void assemble(struct assembler *a)
{
    struct source_line line = {0};

    a->place = a->source->origin < 0 ? 0 : (uint64_t)a->source->origin;
    while (source_next(a->source, &line))
        assemble_line(a, &line);
}

static void read_source(struct baby *m, const struct source *source, bool bits_only,
                        struct diagnostics *d)
{
    struct assembler a = {
        .source = source,
        .bits_only = bits_only,
        .d = d,
        .m = m,
    };

    survey(&a);
    if (a.numbered && source->origin >= 0) {
        diagnostics_add_whole(d, "its statements have line numbers, so --origin does not apply");
        d->error->status = STATUS_USAGE;
        return;
    }
    place_labels(&a);
    assemble(&a);
    if (a.statements == 0 && d->count == 0)
        diagnostics_add_whole(d, "empty: there is no statement in it");
}

void assembler_read(struct baby *m, const struct source *source, struct diagnostics *d)
{
    read_source(m, source, false, d);
}

void assembler_read_bits(struct baby *m, const struct source *source, struct diagnostics *d)
{
    read_source(m, source, true, d);
}
