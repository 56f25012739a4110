/* Fuzz target of the readers: no input may crash one, and what one accepts, every writer must
 * write so that it reads back the same. FUZZ_FORMAT in the environment names the format, or is
 * "content" for what the content shows; without it every input is tried as all of them. */
#include "fuzz.h"
#include "ssem/formats.h"

static void check_plain(const char *format, const char *text)
{
    for (const char *c = text; *c; c++)
        CHECK(*c == '\n' || (*c >= ' ' && *c <= '~'), "%s: a message is not plain text", format);
}

static void check_refusal(const char *format, int result, const struct error *error)
{
    CHECK(error->text[0], "%s: refused without a word", format);
    CHECK(error->status == STATUS_DATA && result < 0, "%s: status %d, result %d", format,
          (int)error->status, result);
    check_plain(format, error->text);
}

static void check_same(const struct format *to, const struct baby *m, const struct baby *again)
{
    CHECK(memcmp(m->store, again->store, sizeof(m->store)) == 0, "%s: another store", to->name);
    if (to->has_state)
        CHECK(m->a == again->a && m->ci == again->ci, "%s: another A or CI", to->name);
    if (strcmp(to->name, "state") == 0)
        CHECK(m->executed == again->executed, "%s: another count", to->name);
}

/* Writes m in that format and, where it can be read at all, reads it back, in that format and in
 * the one the content shows. */
static void check_writer(const struct format *to, const struct baby *m)
{
    static struct error error;
    struct baby again;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    CHECK(out, "open_memstream");
    to->write(out, m);
    CHECK(fclose(out) == 0, "fclose");
    if (!to->read) {
        free(text);
        return;
    }

    struct source source = {
        .name = to->name,
        .text = text,
        .length = length,
        .origin = SOURCE_ORIGIN_DEFAULT,
    };

    CHECK(formats_read(&again, to, &source, NULL, &error) == 0, "%s", error.text);
    check_same(to, m, &again);
    /* A store without instructions may look as if its bits were written the other way round. */
    if (formats_read(&again, NULL, &source, NULL, &error) == 0 && strcmp(to->name, "bits-msb") != 0)
        check_same(to, m, &again);
    else
        CHECK(strncmp(to->name, "bits", 4) == 0, "%s", error.text);
    free(text);
}

static void try_format(const struct format *format, const char *text, size_t length)
{
    static struct error error;
    const char *name = format ? format->name : "by content";
    struct baby m;
    struct source source = {
        .name = "fuzz",
        .text = text,
        .length = length,
        .origin = SOURCE_ORIGIN_DEFAULT,
    };

    struct warnings warnings = {0};

    error.text[0] = '\0';

    int result = formats_read(&m, format, &source, &warnings, &error);

    for (unsigned i = 0; i < warnings.count; i++)
        check_plain(name, warnings.text[i]);
    if (result != 0) {
        check_refusal(name, result, &error);
        return;
    }
    CHECK(m.ci < ABI_LINES, "%s: CI is %u", name, (unsigned)m.ci);
    for (const struct format *to = formats_table; to->name; to++)
        if (to->write)
            check_writer(to, &m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *name = getenv("FUZZ_FORMAT");
    const struct format *named = name ? formats_find(name) : NULL;
    const char *text = (const char *)data;

    CHECK(named || !name || strcmp(name, "content") == 0, "FUZZ_FORMAT=%s: no such format", name);
    if (!named)
        try_format(NULL, text, size);
    for (const struct format *format = formats_table; format->name; format++)
        if (format == named || (!name && format->read))
            try_format(format, text, size);
    return 0;
}
