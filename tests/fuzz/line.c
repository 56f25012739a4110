/* Fuzz target of `batch`: its lines, cut as the supervisor does, and the answers to them. */
#include "pool/line.h"
#include "base/error.h"
#include "fuzz.h"

static void check_answer(const struct line *line, enum line_format format)
{
    static char text[LINE_ANSWER];
    const char *end = line_write(text, line, format, true);

    CHECK(end <= text + sizeof(text), "an answer of %td bytes", end - text);
    CHECK(end[-1] == '\n', "an answer without an end");
    for (const char *c = text; c < end - 1; c++)
        CHECK((*c >= ' ' && *c <= '~') || (*c == '\t' && format == LINE_TSV),
              "an answer is not plain text");
}

static void try_line(const char *text, size_t length)
{
    static struct line line;

    memset(&line, 0xa5, sizeof(line));
    line_read(&line, text, length, 1, 1000);
    CHECK(line.verdict == LINE_NONE || line.verdict == LINE_ERROR, "verdict %d", line.verdict);
    CHECK(line.verdict == LINE_NONE || (line.status == STATUS_DATA && line.text[0]),
          "refused without a word");
    CHECK(line.verdict == LINE_ERROR || line.state.ci < ABI_LINES, "CI is %u",
          (unsigned)line.state.ci);
    CHECK(memchr(line.id, '\0', sizeof(line.id)), "an id without an end");
    for (int format = 0; format < LINE_FORMATS; format++)
        check_answer(&line, (enum line_format)format);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data, *end = text + size;

    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *last = newline ? newline : end;
        const size_t length = (size_t)(last - text);
        /* A copy of its own, so that a reader beyond the end is noticed. */
        char *copy = malloc(length + 1);

        CHECK(copy, "malloc");
        memcpy(copy, text, length);
        try_line(copy, length);
        free(copy);
        text = last + 1;
    }
    return 0;
}
