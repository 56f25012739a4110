/* Words as 32 characters 0 or 1, bit 0 first: the lecture's format, and snapshots. */
#include "ssem/bits.h"

#include "ssem/isa.h"

bool bits_recognise(const struct source *source)
{
    struct source_line line = {0};

    while (source_next(source, &line)) {
        size_t from = source_skip(&line, 0), at = from;

        if (lexer_is_end(&line, at))
            continue;
        while (at < line.length && (line.text[at] == '0' || line.text[at] == '1'))
            at++;
        return at - from > LEXER_DECIMAL_DIGITS;
    }
    return source->length == 0;
}

bool bits_parse(const struct source_line *line, const struct token *token, uint32_t *word,
                struct diagnostics *d)
{
    for (size_t i = 0; i < token->length; i++)
        if (token->text[i] != '0' && token->text[i] != '1') {
            diagnostics_add(d, line, token->column + i,
                            "only 0 and 1 can stand here: a word is 32 bits, the least "
                            "significant first");
            return false;
        }
    if (token->length == 0)
        diagnostics_add(d, line, token->column, "32 bits are missing here");
    else if (token->length > 32)
        diagnostics_add(d, line, token->column + 32, "more than 32 bits in a word");
    else if (token->length < 32)
        diagnostics_add(d, line, token->column + token->length,
                        "only %zu of 32 bits: they could be the first or the last of the word",
                        token->length);
    if (token->length != 32)
        return false;
    *word = 0;
    for (unsigned i = 0; i < 32; i++)
        *word |= (uint32_t)(token->text[i] - '0') << i;
    return true;
}

static uint32_t reversed(uint32_t word)
{
    uint32_t result = 0;

    for (unsigned i = 0; i < 32; i++)
        result |= (word >> i & 1) << (31 - i);
    return result;
}

/* Whether the word is an instruction, other than JMP, and nothing else; small numbers are JMP. */
static bool is_instruction(uint32_t word)
{
    return word_function(word) != WORD_JMP && word == word_make(word_function(word), word);
}

/* What the order of the bits looks like. */
struct order {
    int reversed;             /* words that are instructions from the other end, less those that
                                 are as they stand; no word is both */
    struct source_line first; /* of the text with such a word */
    uint32_t word;            /* which is this from the other end */
};

static void judge(struct order *order, const struct source_line *line, uint32_t word)
{
    uint32_t other = reversed(word);

    if (is_instruction(other) && !order->first.number) {
        order->first = *line;
        order->word = other;
    }
    order->reversed += is_instruction(other) - is_instruction(word);
}

/* Reads the word that begins at an offset; only a comment may follow it. Tokens are not for this: a
 * cold start reads the 1948 program. */
static uint32_t read_word(const struct source_line *line, size_t at, struct diagnostics *d)
{
    size_t end = source_word_end(line, at);
    uint32_t word = 0;

    if (end - at > 32 && lexer_is_end(line, at + 32))
        end = at + 32;

    struct token bits = {.text = line->text + at, .length = end - at, .column = at + 1};

    end = source_skip(line, end);
    if (bits_parse(line, &bits, &word, d) && !lexer_is_end(line, end))
        diagnostics_add(d, line, end + 1,
                        "the word is complete before this; a comment begins with ; or --");
    return word;
}

static void read_lines(struct baby *m, const struct source *source, struct order *order,
                       struct diagnostics *d)
{
    struct source_line line = {0};
    unsigned count = 0;

    while (source_next(source, &line)) {
        size_t at = source_skip(&line, 0);

        if (lexer_is_end(&line, at))
            continue;
        if (count == ABI_LINES) {
            diagnostics_add(d, &line, 1, "more than 32 lines: the store has only 32");
            return;
        }
        m->store[count] = read_word(&line, at, d);
        judge(order, &line, m->store[count++]);
    }
    if (count == 0)
        diagnostics_add_whole(
            d, "empty: a program has 1 to 32 lines, each an instruction, a number or 32 "
               "characters 0 or 1");
}

void bits_read(struct baby *m, const struct source *source, struct diagnostics *d)
{
    struct order order = {0};
    char instruction[8];

    read_lines(m, source, &order, d);
    if (!source->named && d->count == 0 && order.reversed > 0)
        diagnostics_add(d, &order.first, source_skip(&order.first, 0) + 1,
                        "ambiguous: with the most significant bit first this is %s; "
                        "--from=bits-msb reads it so, --from=bits as it stands",
                        isa_text(order.word, instruction));
}

void bits_read_msb(struct baby *m, const struct source *source, struct diagnostics *d)
{
    struct order order = {0};

    read_lines(m, source, &order, d);
    for (unsigned i = 0; i < ABI_LINES; i++)
        m->store[i] = reversed(m->store[i]);
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

void bits_write_msb(FILE *out, const struct baby *m)
{
    char bits[33];

    for (int i = 0; i < ABI_LINES; i++) {
        bits_text(reversed(m->store[i]), bits);
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
