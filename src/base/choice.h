/* Values that a user picks by name, each with its help: one list for parsing, help and tests. */
#ifndef BASE_CHOICE_H
#define BASE_CHOICE_H

#include <stddef.h>

/* A list of these ends with a name of NULL; the index of a row is the value. */
struct choice {
    const char *name;
    const char *help; /* a phrase */
};

/* The value of that name, or -1. */
int choice_find(const struct choice *list, const char *name);

#endif
