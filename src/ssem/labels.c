/* The labels of a program in assembly and the lines they stand for. */
#include "ssem/labels.h"

#include <string.h>
#include <strings.h>

#include "base/error.h"

static int find(const struct labels *labels, const struct token *name)
{
    for (unsigned i = 0; i < labels->count; i++) {
        const struct token *known = &labels->list[i].name;

        if (known->length == name->length && memcmp(known->text, name->text, name->length) == 0)
            return (int)i;
    }
    return -1;
}

bool labels_add(struct labels *labels, const struct token *name, unsigned line)
{
    if (labels->count == LABELS_MAX || find(labels, name) >= 0)
        return false;
    labels->list[labels->count].name = *name;
    labels->list[labels->count++].line = line;
    return true;
}

void labels_place(struct labels *labels, unsigned *waiting, uint64_t place)
{
    for (; *waiting; --*waiting)
        labels->list[labels->count - *waiting].place = place;
}

bool labels_find(const struct labels *labels, const struct token *name, uint64_t *place)
{
    int i = find(labels, name);

    if (i >= 0)
        *place = labels->list[i].place;
    return i >= 0;
}

unsigned labels_line(const struct labels *labels, const struct token *name)
{
    int i = find(labels, name);

    return i >= 0 ? labels->list[i].line : 0;
}

bool labels_guess(const struct labels *labels, const struct token *name, char *out, size_t size)
{
    for (unsigned i = 0; i < labels->count; i++) {
        const struct token *known = &labels->list[i].name;

        if (known->length == name->length &&
            strncasecmp(known->text, name->text, name->length) == 0) {
            error_escape(out, size, known->text, known->length);
            return true;
        }
    }
    return false;
}
