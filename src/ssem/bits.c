/* Words as 32 characters 0 or 1, bit 0 first: the lecture's format, and snapshots. */
#include "ssem/bits.h"

#include <errno.h>
#include <string.h>

static int bad(struct error *error, const char *name, unsigned line, size_t column,
               const char *what)
{
    return error_set(error, STATUS_DATA, EINVAL, "%s:%u:%zu: %s", name, line, column, what);
}

int bits_read(uint32_t store[ABI_LINES], const char *name, const char *text, size_t length,
              struct error *error)
{
    unsigned line = 0;

    memset(store, 0, ABI_LINES * sizeof(store[0]));
    if (length == 0)
        return error_set(error, STATUS_DATA, EINVAL,
                         "%s: empty: a program has 1 to 32 lines of 32 characters 0 or 1", name);
    for (size_t at = 0; at < length;) {
        const char *newline = memchr(text + at, '\n', length - at);
        size_t next = newline ? (size_t)(newline - text) + 1 : length;
        size_t end = newline ? next - 1 : length;

        if (newline && end > at && text[end - 1] == '\r')
            end--;
        if (line == ABI_LINES)
            return bad(error, name, line + 1, 1, "more than 32 lines: the store has only 32");

        uint32_t word = 0;

        for (size_t i = at; i < end; i++) {
            if (text[i] != '0' && text[i] != '1')
                return bad(error, name, line + 1, i - at + 1,
                           "only 0 and 1 can stand here: a line is 32 bits, the least significant "
                           "first");
            if (i - at == 32)
                return bad(error, name, line + 1, 33,
                           "more than 32 characters: a word has 32 bits");
            word |= (uint32_t)(text[i] - '0') << (i - at);
        }
        if (end - at < 32)
            return error_set(error, STATUS_DATA, EINVAL,
                             "%s:%u:%zu: only %zu characters: a word has 32 bits", name, line + 1,
                             end - at + 1, end - at);
        store[line++] = word;
        at = next;
    }
    return 0;
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

void bits_write_snapshot(FILE *out, const struct baby *m)
{
    char bits[33];

    fprintf(out, "%d\n", ABI_LINES);
    for (int i = 0; i < ABI_LINES; i++) {
        bits_text(m->store[i], bits);
        fprintf(out, "%04d:%s\n", i, bits);
    }
}
