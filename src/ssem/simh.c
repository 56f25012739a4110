/* SIMH's saved store of its SSEM: A, CI and 32 words, 4 bytes each, the lowest first. */
#include "ssem/simh.h"

#include <string.h>

#define SIMH_SIZE (4 * (2 + ABI_LINES))

bool simh_recognise(const struct source *source)
{
    return source->length == SIMH_SIZE && memchr(source->text, 0, SIMH_SIZE);
}

static uint32_t get(const char *text, unsigned word)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < 4; i++)
        value |= (uint32_t)(unsigned char)text[4 * word + i] << 8 * i;
    return value;
}

static void put(FILE *out, uint32_t word)
{
    for (unsigned i = 0; i < 4; i++)
        putc((int)(word >> 8 * i & 255), out);
}

void simh_read(struct baby *m, const struct source *source, struct diagnostics *d)
{
    if (source->length != SIMH_SIZE) {
        diagnostics_add_whole(d, "%zu bytes: SIMH's file has %d", source->length, SIMH_SIZE);
        return;
    }
    m->a = get(source->text, 0);
    m->ci = get(source->text, 1) % ABI_LINES;
    for (unsigned i = 0; i < ABI_LINES; i++)
        m->store[i] = get(source->text, 2 + i);
}

void simh_write(FILE *out, const struct baby *m)
{
    put(out, m->a);
    put(out, m->ci);
    for (unsigned i = 0; i < ABI_LINES; i++)
        put(out, m->store[i]);
}
