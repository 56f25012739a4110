/* The error text and exit status that library code hands up to main. */
#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *error, enum status status, int code, const char *format, ...)
{
    va_list arguments;

    error->status = status;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof(error->text), format, arguments);
    va_end(arguments);
    return -code;
}

int error_system(struct error *error, const char *what)
{
    const int code = errno;

    return error_set(error, STATUS_SYSTEM, code, "%s: %s", what, strerror(code));
}

int error_memory(struct error *error)
{
    return error_set(error, STATUS_SYSTEM, ENOMEM, "out of memory");
}

void error_add(struct error *error, const char *format, ...)
{
    size_t used = strlen(error->text);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(error->text + used, sizeof(error->text) - used, format, arguments);
    va_end(arguments);
}

const char *error_escape(char *out, unsigned long size, const char *text, unsigned long length)
{
    unsigned long used = 0;

    for (unsigned long i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        char piece[5];
        int width = snprintf(piece, sizeof(piece), c < ' ' || c >= 0x7f ? "\\x%02x" : "%c", c);

        if (used + (unsigned long)width + sizeof("...") > size) {
            if (size > sizeof("...")) {
                memcpy(out + used, "...", sizeof("..."));
                return out;
            }
            break;
        }
        memcpy(out + used, piece, (unsigned long)width);
        used += (unsigned long)width;
    }
    out[used] = '\0';
    return out;
}
