/* The labels of a program in assembly and the lines they stand for. */
#ifndef SSEM_LABELS_H
#define SSEM_LABELS_H

#include "ssem/lexer.h"

#define LABELS_MAX 256

/* All zero: none yet. */
struct labels {
    unsigned count;
    struct {
        struct token name;
        unsigned line; /* of the text */
        uint64_t place;
    } list[LABELS_MAX];
};

/* Adds a label that stands on a line of the text; false if there is one of that name already, or
 * no room. Upper and lower case differ. */
bool labels_add(struct labels *labels, const struct token *name, unsigned line);

/* Gives the last *waiting labels their store line, and sets *waiting to 0. */
void labels_place(struct labels *labels, unsigned *waiting, uint64_t place);

/* Sets *place to the label's store line; false if there is no such label. */
bool labels_find(const struct labels *labels, const struct token *name, uint64_t *place);

/* The line of the text on which the label was added, or 0. */
unsigned labels_line(const struct labels *labels, const struct token *name);

/* Copies to out the name of a label that differs in nothing but upper and lower case; false if
 * there is none. */
bool labels_guess(const struct labels *labels, const struct token *name, char *out, size_t size);

#endif
