/* The code of a guest, instruction by instruction. */
#include "atlas/code.h"

#include <errno.h>

static const uint8_t *code_of(const struct atlas_line *line)
{
    return (const uint8_t *)&line->code + line->code;
}

int code_line(const struct atlas_guest *guest, size_t n, struct code_line *line)
{
    const size_t count = (size_t)(guest->lines_end - guest->lines);
    const struct atlas_line *here = guest->lines + n;

    if (n >= count)
        return -ENOENT;
    line->bytes = code_of(here);
    line->size = (size_t)((n + 1 < count ? code_of(here + 1) : guest->end) - line->bytes);
    line->address = ABI_BASE + ATLAS_CODE + (uint64_t)(line->bytes - guest->begin);
    line->text = (const char *)&here->text + here->text;
    line->label = NULL;
    if (line->bytes == guest->begin)
        line->label = "begin";
    if (line->bytes == guest->loop)
        line->label = "loop";
    if (line->bytes == guest->after)
        line->label = guest->loop == guest->after ? "loop: after" : "after";
    return 0;
}
