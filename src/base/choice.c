/* Values that a user picks by name, each with its help: one list for parsing, help and tests. */
#include "base/choice.h"

#include <string.h>

int choice_find(const struct choice *list, const char *name)
{
    for (int i = 0; list[i].name; i++)
        if (strcmp(list[i].name, name) == 0)
            return i;
    return -1;
}
