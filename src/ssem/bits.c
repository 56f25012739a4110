/* Words as 32 characters 0 or 1, bit 0 first: the lecture's format, and snapshots. */
#include "ssem/bits.h"

bool bits_recognise(const struct source *source)
{
    struct source_line line = {0};

    while (source_next(source, &line)) {
        struct lexer lexer = {.line = &line};
        struct token first = lexer_next(&lexer);
        size_t count = 0;

        while (count < first.length && (first.text[count] == '0' || first.text[count] == '1'))
            count++;
        if (first.kind != TOKEN_END)
            return count > LEXER_DECIMAL_DIGITS;
    }
    return source->length == 0;
}

bool bits_parse(const struct source_line *line, const struct token *token, uint32_t *word,
                struct diagnostics *d)
{
    *word = 0;
    for (size_t i = 0; i < token->length; i++) {
        if (token->text[i] != '0' && token->text[i] != '1') {
            diagnostics_add(d, line, token->column + i,
                            "only 0 and 1 can stand here: a word is 32 bits, the least "
                            "significant first");
            return false;
        }
        if (i < 32)
            *word |= (uint32_t)(token->text[i] - '0') << i;
    }
    if (token->length == 0)
        diagnostics_add(d, line, token->column, "32 bits are missing here");
    else if (token->length > 32)
        diagnostics_add(d, line, token->column + 32, "more than 32 bits in a word");
    else if (token->length < 32)
        diagnostics_add(d, line, token->column + token->length,
                        "only %zu of 32 bits: they could be the first or the last of the word",
                        token->length);
    return token->length == 32;
}

void bits_read(struct baby *m, const struct source *source, struct diagnostics *d)
{
    struct source_line line = {0};
    unsigned at = 0;

    while (source_next(source, &line)) {
        struct lexer lexer = {.line = &line};
        struct token bits = lexer_next(&lexer), next = lexer_next(&lexer);
        uint32_t word;

        if (bits.kind == TOKEN_END)
            continue;
        if (at == ABI_LINES) {
            diagnostics_add(d, &line, 1, "more than 32 lines: the store has only 32");
            return;
        }
        if (bits_parse(&line, &bits, &word, d) && next.kind != TOKEN_END)
            diagnostics_add(d, &line, next.column,
                            "the word is complete before this; a comment begins with ; or --");
        m->store[at++] = word;
    }
    if (at == 0)
        diagnostics_add_whole(d, "empty: a program has 1 to 32 lines of 32 characters 0 or 1");
}

void bits_text(uint32_t word, char out[33])
{
    for (unsigned i = 0; i < 32; i++)
        out[i] = word >> i & 1 ? '1' : '0';
    out[32] = '\0';
}

void bits_write(FILE *out, const struct baby *m)
{
    char bits[33];

    for (int i = 0; i < ABI_LINES; i++) {
        bits_text(m->store[i], bits);
        fprintf(out, "%s\n", bits);
    }
}

static void write_numbered(FILE *out, const struct baby *m, const char *separator, const char *end)
{
    char bits[33];

    for (int i = 0; i < ABI_LINES; i++) {
        bits_text(m->store[i], bits);
        fprintf(out, "%04d%s%s%s", i, separator, bits, end);
    }
}

void bits_write_snapshot(FILE *out, const struct baby *m)
{
    fprintf(out, "%d\r\n", ABI_LINES);
    write_numbered(out, m, ":", "\r\n");
}

void bits_write_plain_snapshot(FILE *out, const struct baby *m)
{
    write_numbered(out, m, ": ", "\n");
}
