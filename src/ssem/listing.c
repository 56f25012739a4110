/* The store for people to read: a line each with number, bits, instruction and value. */
#include "ssem/listing.h"

#include <inttypes.h>
#include <string.h>

#include "ssem/bits.h"
#include "ssem/isa.h"

#define HEAD_FIRST "line"

/* The columns of a row begin, and those of numbers end, here. */
#define LABEL_END   4
#define BITS        6
#define INSTRUCTION 40
#define NUMBER_END  60

#define ROW_SIZE (NUMBER_END + 1)

/* Writes a number so that it ends before a place. */
static void write_number(char *end, int32_t number)
{
    uint32_t rest = number < 0 ? -(uint32_t)number : (uint32_t)number;

    do
        *--end = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (number < 0)
        *--end = '-';
}

/* By hand: a cold start prints 33 of them. */
static void write_row(char out[ROW_SIZE], char label, uint32_t word, const char *instruction)
{
    memset(out, ' ', NUMBER_END);
    out[LABEL_END - 1] = label;
    bits_text(word, out + BITS);
    out[BITS + 32] = ' ';
    memcpy(out + INSTRUCTION, instruction, strlen(instruction));
    write_number(out + NUMBER_END, isa_number(word));
    out[NUMBER_END] = '\0';
}

static void write_store_row(char out[ROW_SIZE], unsigned line, uint32_t word)
{
    char instruction[ISA_TEXT];

    write_row(out, ' ', word, isa_text(word, instruction));
    write_number(out + LABEL_END, (int32_t)line);
}

void listing_write_row(FILE *out, const struct baby *m, unsigned row)
{
    char text[ROW_SIZE];

    if (row < LISTING_A)
        write_store_row(text, row, m->store[row]);
    else if (row == LISTING_A)
        write_row(text, 'A', m->a, "");
    else
        snprintf(text, sizeof(text), "%4s  %u", "CI", (unsigned)m->ci);
    fputs(text, out);
    fputc('\n', out);
}

void listing_write(FILE *out, const struct baby *m)
{
    fprintf(out, "%s  %-32s  %-14s %5s\n", HEAD_FIRST, "bits, least significant first",
            "as instruction", "value");
    for (unsigned row = 0; row < LISTING_ROWS; row++) {
        if (row == LISTING_A)
            fputc('\n', out);
        listing_write_row(out, m, row);
    }
}

/* Length of the word at an offset: up to the next white space. */
static size_t word_length(const struct source_line *line, size_t at)
{
    return source_word_end(line, at) - at;
}

static bool is_word(const struct source_line *line, size_t at, const char *word)
{
    size_t length = word_length(line, at);

    return length == strlen(word) && memcmp(line->text + at, word, length) == 0;
}

/* Reads a number below 32 at an offset, or returns false. */
static bool read_small(const struct source_line *line, size_t at, unsigned *value)
{
    size_t length = word_length(line, at);

    *value = 0;
    for (size_t i = 0; i < length; i++) {
        char c = line->text[at + i];

        if (c < '0' || c > '9' || length > 2)
            return false;
        *value = 10 * *value + (unsigned)(c - '0');
    }
    return length && *value < ABI_LINES;
}

bool listing_recognise(const struct source *source)
{
    struct source_line line = {0};

    return source_next(source, &line) && is_word(&line, source_skip(&line, 0), HEAD_FIRST) &&
           memmem(line.text, line.length, "bits", strlen("bits"));
}

/* Whether two texts are the same but for the amount of white space. */
static bool same_words(const struct source_line *a, const struct source_line *b)
{
    size_t i = source_skip(a, 0), j = source_skip(b, 0);

    while (i < a->length && j < b->length) {
        size_t length = word_length(a, i);

        if (length != word_length(b, j) || memcmp(a->text + i, b->text + j, length) != 0)
            return false;
        i = source_skip(a, i + length);
        j = source_skip(b, j + length);
    }
    return i == a->length && j == b->length;
}

/* "2,097,154 instructions, stopped by ...": `run` prints it after the state, and then what it cost.
 */
static bool is_summary(const struct source_line *line)
{
    const size_t length = word_length(line, 0);
    const size_t at = source_skip(line, length);

    return length && line->text[0] >= '0' && line->text[0] <= '9' &&
           (is_word(line, at, "instructions,") || is_word(line, at, "instruction,"));
}

static bool read_label(const struct source_line *line, size_t at, unsigned *row)
{
    if (is_word(line, at, "A"))
        *row = LISTING_A;
    else if (is_word(line, at, "CI"))
        *row = LISTING_CI;
    else
        return read_small(line, at, row);
    return true;
}

static void read_row(struct diagnostics *d, struct baby *m, const struct source_line *line,
                     unsigned taken[LISTING_ROWS])
{
    size_t at = source_skip(line, 0);
    char expected[ROW_SIZE];
    unsigned row;

    if (!read_label(line, at, &row)) {
        diagnostics_add(d, line, at + 1,
                        "a row begins with the number of a line, 0 to 31, or A or CI");
        return;
    }
    if (taken[row]) {
        diagnostics_add(d, line, at + 1, "this row again: the first is on line %u", taken[row]);
        return;
    }
    taken[row] = line->number;
    at = source_skip(line, at + word_length(line, at));
    if (row == LISTING_CI) {
        if (!read_small(line, at, &m->ci) ||
            source_skip(line, at + word_length(line, at)) != line->length)
            diagnostics_add(d, line, at + 1, "CI is a number from 0 to 31");
        return;
    }

    struct token bits = {
        .text = line->text + at,
        .length = word_length(line, at),
        .column = at + 1,
    };
    uint32_t *word = row == LISTING_A ? &m->a : &m->store[row];

    if (!bits_parse(line, &bits, word, d))
        return;
    if (row == LISTING_A)
        write_row(expected, 'A', *word, "");
    else
        write_store_row(expected, row, *word);
    if (!same_words(line, &(struct source_line){.text = expected, .length = strlen(expected)}))
        diagnostics_add(d, line, source_skip(line, at + 32) + 1,
                        "this does not agree with the bits; by them the row is \"%s\"", expected);
}

void listing_read(struct baby *m, const struct source *source, struct diagnostics *d)
{
    struct source_line line = {0};
    unsigned taken[LISTING_ROWS] = {0};
    unsigned rows = 0;

    while (source_next(source, &line)) {
        if (rows && is_summary(&line))
            break;
        if (source_is_blank(&line) || (!rows && is_word(&line, source_skip(&line, 0), HEAD_FIRST)))
            continue;
        read_row(d, m, &line, taken);
        rows++;
    }
    if (rows == 0)
        diagnostics_add_whole(d, "empty: no line of the store is in it");
}
