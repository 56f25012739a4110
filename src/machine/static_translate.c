/* The translator of engine `static`: a whole store before it runs.
 *
 * It cannot run the program, so it finds out by reading which lines are instructions: those
 * that control can reach from the first one, taking both ways at each CMP and following jumps as
 * far as their lines show. Lines that some STO among them writes are known for now only. A
 * rewritten instruction is translated as it stands, after a check that it still stands so; a jump
 * through a rewritten line goes where that line then says, if there is a translation. What remains,
 * the engine leaves to `dispatch`.
 */
#include "machine/static_translate.h"

#include <stddef.h>

#include "guest/translate/area.h"
#include "guest/translate/lines.h"
#include "guest/translate/path.h"
#include "guest/translate/translate.h"
#include "guest/word.h"

_Static_assert(AREA_SIZE <= ABI_STATIC_SIZE, "the pages hold all slots");

/* What reading has found out: sets of lines. */
struct findings {
    uint32_t obeyed;
    uint32_t jumped_through;
    uint32_t rewritten;
};

/* The lines that may be obeyed after the line. */
static uint32_t successors(const uint32_t *store, unsigned line)
{
    const uint32_t next = lines_one((line + 1) % ABI_LINES);

    switch (word_function(store[line])) {
    case WORD_JMP:
    case WORD_JRP:
        return lines_one(path_jump_target(store, line));
    case WORD_CMP:
        return next | lines_one((line + 2) % ABI_LINES);
    default: /* STP, too: the program may be resumed */
        return next;
    }
}

static struct findings read_program(const uint32_t *store, unsigned first)
{
    struct findings found = {.obeyed = lines_one(first)};
    uint32_t before;
    unsigned line;

    do {
        before = found.obeyed;
        LINES_EACH (line, before) {
            const uint32_t operand = lines_one(word_line(store[line]));

            found.obeyed |= successors(store, line);
            if (word_jumps(store[line]))
                found.jumped_through |= operand;
            if (word_function(store[line]) == WORD_STO)
                found.rewritten |= operand;
        }
    } while (found.obeyed != before);
    return found;
}

void static_translate(struct abi_translation *pages, const struct baby *start)
{
    const struct area area = {(uint8_t *)pages, ABI_BASE + ABI_STATIC};
    const struct findings found = read_program(start->store, (start->ci + 1) % ABI_LINES);
    const struct translate_lines lines = {.fixed = ~found.rewritten};
    uint32_t depended = 0;
    unsigned line;

    area_begin(&area);
    LINES_EACH (line, found.obeyed) {
        struct translate_path path;

        path_expect(&path, start->store, line, lines.fixed, NULL);
        translate_block(&area, &path, &lines, TRANSLATE_CHECK, &pages->blocks[line]);
        depended |= pages->blocks[line].depends;
    }
    for (line = 0; line < ABI_LINES; line++)
        pages->store[line] = start->store[line];
    pages->translated = found.obeyed;
    pages->depended = depended;
    pages->restless = found.rewritten;
    pages->version++;
}
