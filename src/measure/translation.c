/* What engines `static` and `dynamic` have made of a program, as it lies in memory. */
#include "measure/translation.h"

#include <errno.h>
#include <string.h>

#include "guest/translate/lines.h"

_Static_assert(AREA_SIZE <= ABI_CACHE_SIZE && AREA_SIZE <= ABI_STATIC_SIZE, "all of it is there");

/* Whether the block says nothing that cannot be. */
static bool is_block(const struct abi_block *block)
{
    unsigned bytes = block->entry;

    if (block->count == 0 || block->count > ABI_BLOCK || block->bytes > AREA_SLOT)
        return false;
    for (unsigned i = 0; i < block->count; i++) {
        if (block->line[i] >= ABI_LINES)
            return false;
        bytes += block->size[i];
    }
    return bytes <= block->bytes;
}

int translation_read(struct translation *translation, const uint8_t *area, uint32_t address,
                     struct error *error)
{
    unsigned line;

    translation->address = address;
    memcpy(translation->code, area, sizeof(translation->code));
    memcpy(&translation->made, translation->code, sizeof(translation->made));
    LINES_EACH (line, translation->made.translated)
        if (!is_block(&translation->made.blocks[line]))
            return error_set(error, STATUS_GUEST, EPROTO,
                             "what the guest says of its block for line %u cannot be", line);
    return 0;
}
