/* What a user may have meant by a word that is not known. */
#include "base/guess.h"

#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t common_end(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t count = 0;

    while (count < a_length && count < b_length &&
           lower(a[a_length - count - 1]) == lower(b[b_length - count - 1]))
        count++;
    return count;
}

/* What follows the first difference is then the same, but for a swap. */
bool guess_is_near(const char *text, size_t length, const char *name)
{
    size_t name_length = strlen(name);
    size_t same = 0;

    while (same < length && same < name_length && lower(text[same]) == lower(name[same]))
        same++;
    text += same;
    length -= same;
    name += same;
    name_length -= same;

    size_t end = common_end(text, length, name, name_length);

    if (length + name_length <= 2 * end + 1)
        return true;
    return length == name_length && length == end + 2 && lower(text[0]) == lower(name[1]) &&
           lower(text[1]) == lower(name[0]);
}
