/* What a user should know of input that was accepted; the command prints it. */
#include "base/warnings.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void warnings_add(struct warnings *warnings, const char *format, ...)
{
    va_list arguments;

    if (!warnings || warnings->count == WARNINGS_MAX)
        return;

    char *text = warnings->text[warnings->count];

    va_start(arguments, format);
    vsnprintf(text, sizeof(warnings->text[0]), format, arguments);
    va_end(arguments);
    for (unsigned i = 0; i < warnings->count; i++)
        if (strcmp(warnings->text[i], text) == 0)
            return;
    warnings->count++;
}
