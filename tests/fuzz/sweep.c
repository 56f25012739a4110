/* Fuzz target of `sweep`: the input claims to be a template, a shard's file, and lines of
 * certificates. */
#include "fuzz.h"
#include "pool/shard.h"
#include "report/json.h"

#define TEMPLATE_MOST 512 /* a longer one may take long */
#define STEPS         100

static int look(void *context, enum walk_end end, const struct walk *walk,
                const uint32_t store[ABI_LINES], struct error *error)
{
    unsigned *count = context;

    (void)store, (void)error;
    CHECK(end != WALK_LOOKS && walk->executed <= STEPS && walk->ci < ABI_LINES,
          "a walk goes astray");
    ++*count;
    return 0;
}

static void try_template(const char *text, size_t size)
{
    static struct space space;
    static struct error error;
    const int result = space_parse(&space, "t", text, size, &error);
    struct space_unit unit = {.count = 16};
    unsigned count = 0;

    /* The assembler's text has lines. */
    for (const char *c = error.text; result < 0 && *c; c++)
        CHECK(*c == '\n' || (*c >= ' ' && *c <= '~'), "the error is not plain text: %s",
              error.text);
    CHECK(result == 0 || error.text[0], "refused without a word");
    if (result < 0)
        return;
    CHECK(space.count >= 1, "no program");
    for (int line = 0; line < ABI_LINES; line++)
        CHECK(space.choices[line] >= 1 && space.first[line] < SPACE_WORDS &&
                  space.choices[line] <= SPACE_WORDS - space.first[line],
              "line %d goes astray", line);
    unit.first = space.count - 1; /* and beyond it, which is modulo */
    CHECK(space_walk(&space, &unit, STEPS, look, &count, &error) == 0 && count == 16, "%u", count);
}

static void try_shard(const char *text, size_t size)
{
    static struct sums sums, again;
    static struct error error;
    struct shard about, other;
    char *written = NULL;
    size_t length = 0;
    FILE *out;
    const int result = shard_read(text, size, &about, &sums, &error);

    if (result < 0) {
        check_error(&error, result);
        return;
    }
    CHECK(about.shard < about.shards, "no such shard");
    for (int kind = 0; kind < SUMS_KIND_COUNT; kind++)
        CHECK(sums.kept[kind] <= SUMS_KEPT && about.most[kind] <= SUMS_KEPT, "too many programs");
    out = open_memstream(&written, &length);
    CHECK(out && shard_write(out, &about, false, &sums, &error) == 0, "it cannot be written");
    fclose(out);
    CHECK(shard_read(written, length, &other, &again, &error) == 0, "not read again: %s", written);
    CHECK(memcmp(sums.counts, again.counts, sizeof(sums.counts)) == 0 &&
              memcmp(sums.kept, again.kept, sizeof(sums.kept)) == 0,
          "it is not the same again");
    free(written);
}

static void try_certificates(char *text)
{
    struct certificate certificate;

    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        char *written = NULL;
        size_t length = 0;
        FILE *out;

        if (!certificate_read(&certificate, line))
            continue;
        out = open_memstream(&written, &length);
        CHECK(out, "no memory");
        certificate_write(out, &certificate);
        fclose(out);
        CHECK(length == strlen(line) + 1 && memcmp(written, line, length - 1) == 0,
              "not the same again: %s", written);
        free(written);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A copy of its own, so that a reader beyond the end is noticed. */
    char *copy = malloc(size + 1);

    CHECK(copy, "malloc");
    json_begin();
    memcpy(copy, data, size);
    copy[size] = '\0';
    if (size <= TEMPLATE_MOST)
        try_template(copy, size);
    try_shard(copy, size);
    try_certificates(copy);
    free(copy);
    return 0;
}
