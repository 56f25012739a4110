/* Numbers that are written as decimal digits, in text that may be hostile. */
#include "base/digits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MOST 20

const char *digits_read(const char *text, uint64_t *number)
{
    char *end;

    /* strtoull() also takes blanks and signs. */
    if (text[0] < '0' || text[0] > '9')
        return NULL;
    errno = 0;
    *number = strtoull(text, &end, 10);
    return errno ? NULL : end;
}

bool digits_whole(const char *text, uint64_t *number)
{
    const char *end = text && strlen(text) <= MOST ? digits_read(text, number) : NULL;

    return end && !*end;
}
