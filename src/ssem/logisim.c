/* Logisim's image of a memory: "v2.0 raw", then words in hexadecimal. */
#include "ssem/logisim.h"

#include <inttypes.h>
#include <string.h>

#include "ssem/lexer.h"

#define HEAD "v2.0 raw"

bool logisim_recognise(const struct source *source)
{
    struct source_line line = {0};

    return source_next(source, &line) && line.length >= strlen(HEAD) &&
           memcmp(line.text, HEAD, strlen(HEAD)) == 0 &&
           source_skip(&line, strlen(HEAD)) == line.length;
}

/* Takes N* and a word, or a word alone, apart; false if it is neither. */
static bool read_run(const char *text, size_t length, uint64_t *count, uint64_t *word)
{
    const char *star = memchr(text, '*', length);
    size_t digits = star ? (size_t)(star - text) : 0;
    size_t from = star ? digits + 1 : 0;

    *count = 1;
    return (!star || lexer_digits(text, digits, 10, count)) &&
           lexer_digits(text + from, length - from, 16, word);
}

/* Reads the run at offset at; adds to *used, of 32 words, how many it fills. */
static void read_word(struct baby *m, const struct source_line *line, size_t at, size_t length,
                      uint64_t *used, struct diagnostics *d)
{
    uint64_t count, word;

    if (!read_run(line->text + at, length, &count, &word)) {
        diagnostics_add(d, line, at + 1,
                        "only a hexadecimal number can stand here, or how often it comes, * and "
                        "the number");
        return;
    }
    if (word > UINT32_MAX) {
        diagnostics_add(d, line, at + 1, "the number does not fit in 32 bits");
        return;
    }
    if (count > ABI_LINES - *used) {
        diagnostics_add(d, line, at + 1, "more than 32 words: the store has only 32 lines");
        count = ABI_LINES - *used;
    }
    for (; count; count--)
        m->store[(*used)++] = (uint32_t)word;
}

void logisim_read(struct baby *m, const struct source *source, struct diagnostics *d)
{
    struct source_line line = {0};
    uint64_t used = 0;

    if (!logisim_recognise(source)) {
        diagnostics_add_whole(d, "the first line is not \"" HEAD "\"");
        return;
    }
    source_next(source, &line);
    while (source_next(source, &line)) {
        const char *comment = memchr(line.text, '#', line.length);

        if (comment)
            line.length = (size_t)(comment - line.text);
        for (size_t at = source_skip(&line, 0), end; at < line.length;
             at = source_skip(&line, end)) {
            end = source_word_end(&line, at);
            read_word(m, &line, at, end - at, &used, d);
        }
    }
}

void logisim_write(FILE *out, const struct baby *m)
{
    fputs(HEAD "\n", out);
    for (unsigned i = 0; i < ABI_LINES; i++)
        fprintf(out, "%08" PRIx32 "\n", m->store[i]);
}
