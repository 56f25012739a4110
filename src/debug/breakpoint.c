/* Breakpoints: where control comes to, what is stored to, what a place comes to hold. */
#include "debug/breakpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ssem/isa.h"

const char breakpoint_syntax[] = "a line such as 13, a store such as `store 27`, or a condition "
                                 "such as A<0 or 27=131072";

static const char *const relations[BREAKPOINT_RELATION_COUNT] = {
#define X(id, text, operator) text,
    BREAKPOINT_RELATIONS(X)
#undef X
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Length of text without the blanks at its end. */
static size_t trimmed(const char *text, size_t length)
{
    while (length && is_blank(text[length - 1]))
        length--;
    return length;
}

/* The number of a line alone. */
static bool read_line(const char *text, unsigned *line)
{
    const int place = place_find(text, trimmed(text, strlen(text)));

    *line = (unsigned)place;
    return place >= 0 && place < ABI_LINES;
}

/* What follows a word at the beginning of text, or NULL. */
static const char *after_word(const char *text, const char *word)
{
    const size_t length = strlen(word);

    if (strncasecmp(text, word, length) != 0 || !is_blank(text[length]))
        return NULL;
    return text + length + strspn(text + length, " \t");
}

static bool read_condition(struct breakpoint *breakpoint, const char *text)
{
    const size_t length = strcspn(text, "!<>=");
    const int place = place_find(text, trimmed(text, length));

    for (int i = 0; i < BREAKPOINT_RELATION_COUNT && place >= 0; i++)
        if (strncmp(text + length, relations[i], strlen(relations[i])) == 0) {
            *breakpoint = (struct breakpoint){
                .kind = BREAKPOINT_VALUE,
                .place = (unsigned)place,
                .relation = (enum breakpoint_relation)i,
            };
            return place_read_word(text + length + strlen(relations[i]), &breakpoint->value);
        }
    return false;
}

bool breakpoint_read(struct breakpoint *breakpoint, const char *text)
{
    const char *line = after_word(text, "line");
    const char *store = after_word(text, "store");

    *breakpoint = (struct breakpoint){.kind = store ? BREAKPOINT_STORE : BREAKPOINT_LINE};
    if (read_line(store ? store : line ? line : text, &breakpoint->place))
        return true;
    return !store && !line && read_condition(breakpoint, text);
}

const char *breakpoint_text(const struct breakpoint *breakpoint, char out[BREAKPOINT_TEXT])
{
    char place[PLACE_TEXT];

    place_name(breakpoint->place, place);
    if (breakpoint->kind == BREAKPOINT_VALUE)
        snprintf(out, BREAKPOINT_TEXT, "%s%s%" PRId32, place, relations[breakpoint->relation],
                 isa_number(breakpoint->value));
    else
        snprintf(out, BREAKPOINT_TEXT, "%s %s",
                 breakpoint->kind == BREAKPOINT_STORE ? "store" : "line", place);
    return out;
}

bool breakpoint_holds(const struct breakpoint *breakpoint, const struct baby *m)
{
    int32_t left, right;

    if (breakpoint->kind != BREAKPOINT_VALUE)
        return false;
    left = isa_number(place_word(m, breakpoint->place));
    right = isa_number(breakpoint->value);
    switch (breakpoint->relation) {
#define X(id, text, operator)                                                                      \
    case BREAKPOINT_##id:                                                                          \
        return left operator right;
        BREAKPOINT_RELATIONS(X)
#undef X
    default:
        return false;
    }
}

bool breakpoint_hit(const struct breakpoint *breakpoint, const struct obeyed *obeyed,
                    const struct baby *after, bool held)
{
    switch (breakpoint->kind) {
    case BREAKPOINT_LINE:
        return (after->ci + 1) % ABI_LINES == breakpoint->place;
    case BREAKPOINT_STORE:
        return obeyed_stores(obeyed) && word_line(obeyed->pi) == breakpoint->place;
    case BREAKPOINT_VALUE:
        return !held && breakpoint_holds(breakpoint, after);
    default:
        return false;
    }
}
