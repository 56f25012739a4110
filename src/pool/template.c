/* Reads a space's name or template: each line of assembly, with all values of its sets. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pool/space.h"
#include "ssem/formats.h"
#include "ssem/lexer.h"

#define TEXT      8192 /* bytes of a program that a template makes */
#define SETS      64   /* in a template */
#define ELEMENTS  4096 /* of a set */
#define COUNT_MAX (1ull << 62)

/* A set: the text between braces, and what it stands for now. */
struct set {
    const char *text, *end;
    unsigned line; /* of the text, from 0 */
    unsigned size;
};

static int wrong(struct error *error, const char *what)
{
    return error_set(error, STATUS_DATA, EINVAL, "the template %s", what);
}

/* Takes "-8..8" or "0-31" apart, or returns false for what is one value, as "-8". */
static bool get_range(const char *text, const char *end, long *low, long *high)
{
    char copy[32];
    char *at;

    if (end - text >= (long)sizeof(copy))
        return false;
    memcpy(copy, text, (size_t)(end - text));
    copy[end - text] = '\0';
    *low = strtol(copy, &at, 10);
    if (at == copy || (*at != '.' && *at != '-') || (*at == '.' && *++at != '.'))
        return false;
    text = ++at;
    *high = strtol(text, &at, 10);
    return at != text && *at == '\0' && *low <= *high;
}

/* Writes element number n of a set to out (32 bytes); returns how many elements it has, 0 for a
 * wrong one. */
static unsigned get_element(const struct set *set, unsigned n, char *out)
{
    unsigned count = 0;

    for (const char *at = set->text; at <= set->end;) {
        const char *comma = memchr(at, ',', (size_t)(set->end - at));
        const char *last = comma ? comma : set->end;
        long low = 0, high = 0;
        const bool range = get_range(at, last, &low, &high);

        if (!range)
            low = high = 0;
        if (last == at || last - at >= 32 || high - low >= ELEMENTS)
            return 0;
        if (n >= count && n - count <= (unsigned long)(high - low)) {
            if (range)
                snprintf(out, 32, "%ld", low + (long)(n - count));
            else
                snprintf(out, 32, "%.*s", (int)(last - at), at);
        }
        count += (unsigned)(high - low) + 1;
        if (count > ELEMENTS)
            return 0;
        at = last + 1;
    }
    return count;
}

static int find_sets(struct set sets[SETS], const char *text, size_t length, struct error *error)
{
    const char *end = text + length, *at = text;
    unsigned count = 0, line = 0;
    char element[32];

    for (; at < end; at++) {
        const char *brace;

        if (lexer_is_end(&(struct source_line){.text = at, .length = (size_t)(end - at)}, 0)) {
            at = memchr(at, '\n', (size_t)(end - at));
            if (!at)
                break;
        }
        line += *at == '\n';
        if (*at != '{')
            continue;
        brace = memchr(at, '}', (size_t)(end - at));
        if (!brace || memchr(at, '\n', (size_t)(brace - at)))
            return wrong(error, "has a { without a } on its line");
        if (count == SETS)
            return wrong(error, "has more than 64 sets");
        sets[count] = (struct set){at + 1, brace, line, 0};
        sets[count].size = get_element(&sets[count], 0, element);
        if (sets[count].size == 0)
            return wrong(error, "has a set that is empty, too large, or with a value that is none");
        count++;
        at = brace;
    }
    return (int)count;
}

/* The program in which those sets have those elements. */
static int assemble(struct baby *m, const char *text, size_t length, const struct set *sets,
                    const unsigned *elements, int count, struct error *error)
{
    static char made[TEXT];
    const char *at = text;
    size_t used = 0;
    struct source source = {.name = "template", .text = made, .origin = SOURCE_ORIGIN_DEFAULT};

    for (int i = 0; i <= count; i++) {
        const char *last = i < count ? sets[i].text - 1 : text + length;
        char element[32] = "";

        if (i < count)
            get_element(&sets[i], elements[i], element);
        if (used + (size_t)(last - at) + sizeof(element) > sizeof(made))
            return wrong(error, "is longer than 8192 bytes");
        memcpy(made + used, at, (size_t)(last - at));
        used += (size_t)(last - at);
        memcpy(made + used, element, strlen(element));
        used += strlen(element);
        at = i < count ? sets[i].end + 1 : last;
    }
    source.length = used;
    return formats_read(m, formats_find("asm"), &source, NULL, error);
}

/* The store line that a line of text makes: the one that changes with its sets' elements. */
static int find_line(const struct baby *base, const struct baby *m)
{
    int found = -1;

    for (int line = 0; line < ABI_LINES; line++)
        if (base->store[line] != m->store[line]) {
            if (found >= 0)
                return -2;
            found = line;
        }
    return found;
}

static int compare_words(const void *one, const void *other)
{
    const uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;

    return (a > b) - (a < b);
}

/* Whether two of the words are equal. */
static bool has_equal(const uint32_t *words, size_t count)
{
    static uint32_t sorted[SPACE_WORDS];
    size_t i = 1;

    memcpy(sorted, words, count * sizeof(*words));
    qsort(sorted, count, sizeof(*sorted), compare_words);
    while (i < count && sorted[i] != sorted[i - 1])
        i++;
    return i < count;
}

/* Adds all words of the sets from first to last, which are on one line of text. */
static int add_words(struct space *space, uint32_t *used, const char *text, size_t length,
                     const struct set *sets, int count, int first, int last, struct error *error)
{
    unsigned elements[SETS] = {0};
    uint64_t size = 1;
    struct baby base, m;
    int line = -1;
    int result = assemble(&base, text, length, sets, elements, count, error);

    for (int i = first; i <= last; i++)
        size = size > SPACE_WORDS ? size : size * sets[i].size;
    if (result == 0 && *used + size > SPACE_WORDS)
        result = wrong(error, "has a line with too many values");
    for (uint64_t n = 0; n < size && result == 0; n++) {
        uint64_t rest = n;
        int other;

        for (int i = last; i >= first; i--) {
            elements[i] = (unsigned)(rest % sets[i].size);
            rest /= sets[i].size;
        }
        result = assemble(&m, text, length, sets, elements, count, error);
        other = result == 0 ? find_line(&base, &m) : -1;
        if (other == -2 || (other >= 0 && line >= 0 && other != line))
            result = wrong(error, "has a set that changes more than one line of the store");
        /* Those up to the first that differs are as they were. */
        for (uint64_t i = 0; i < n && result == 0 && other >= 0 && line < 0; i++)
            space->words[*used + i] = base.store[other];
        if (other >= 0)
            line = other;
        if (result == 0 && line >= 0)
            space->words[*used + n] = m.store[line];
    }
    if (result == 0 && (line < 0 ? size > 1 : has_equal(&space->words[*used], size)))
        result = error_set(error, STATUS_DATA, EINVAL,
                           "the template has sets on its line %u that make a word twice",
                           sets[first].line + 1);
    if (result < 0 || line < 0)
        return result;
    space->first[line] = *used;
    space->choices[line] = (uint32_t)size;
    *used += (uint32_t)size;
    return __builtin_mul_overflow(space->count, size, &space->count) || space->count > COUNT_MAX
               ? wrong(error, "has more than 2^62 programs")
               : 0;
}

static int read_template(struct space *space, const char *text, size_t length, struct error *error)
{
    static struct set sets[SETS];
    const unsigned none[SETS] = {0};
    const int count = find_sets(sets, text, length, error);
    uint32_t used = 0;
    struct baby base;
    int result = count < 0 ? count : assemble(&base, text, length, sets, none, count, error);

    space->count = 1;
    for (int i = 0, last; i < count && result == 0; i = last + 1) {
        for (last = i; last + 1 < count && sets[last + 1].line == sets[i].line; last++)
            ;
        result = add_words(space, &used, text, length, sets, count, i, last, error);
    }
    for (int line = 0; line < ABI_LINES && result == 0; line++) {
        if (space->choices[line])
            continue;
        if (used == SPACE_WORDS)
            return wrong(error, "has a line with too many values");
        space->first[line] = used;
        space->choices[line] = 1;
        space->words[used++] = base.store[line];
    }
    return result;
}

int space_parse(struct space *space, const char *name, const char *text, size_t length,
                struct error *error)
{
    *space = (struct space){0};
    if (text)
        return read_template(space, text, length, error);
    space->lines = (unsigned)(name[4] - '0');
    if (strncmp(name, "tnf:", 4) != 0 || name[4] < '1' || name[4] > '0' + SPACE_LINES || name[5])
        return error_set(error, STATUS_USAGE, EINVAL, "tnf: takes a number of lines from 1 to 8");
    return 0;
}
