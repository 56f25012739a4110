/* Finds out what a program is about to do, by letting a copy of the machine do it.
 *
 * Which way a CMP goes is not known beforehand, but most go the same way most of the time, so the
 * way of the next time is the best guess there is (the idea of trace compilers). It is a guess
 * about speed alone: a block leaves where a CMP goes the other way.
 */
#include "path.h"

#include "engines.h"
#include "lines.h"

/* Whether the line is one of `fixed` and no longer as it was. */
static bool has_changed(const struct baby *now, const struct baby *start, uint32_t fixed,
                        unsigned line)
{
    return lines_have(fixed, line) && now->store[line] != start->store[line];
}

void path_follow(struct translate_path *path, const struct baby *m, uint32_t fixed)
{
    struct baby now = *m;
    bool ended = false;

    for (path->count = 0; path->count < TRANSLATE_PATH && !ended; path->count++) {
        const unsigned line = (now.ci + 1) % ABI_LINES;
        const uint32_t word = now.store[line];
        const unsigned operand = lines_operand(word);

        if (has_changed(&now, m, fixed, line) ||
            (lines_jumps(word) && has_changed(&now, m, fixed, operand)))
            break;
        path->line[path->count] = (uint8_t)line;
        path->word[path->count] = word;
        ended = dispatch_run(&now, 1) == STOP_STP ||
                (lines_jumps(word) && !(lines_have(fixed, line) && lines_have(fixed, operand)));
    }
    path->line[path->count] = (uint8_t)((now.ci + 1) % ABI_LINES);
}

uint32_t path_uses(const struct translate_path *path, uint32_t fixed)
{
    uint32_t uses = 0;

    for (unsigned i = 0; i < path->count; i++) {
        uses |= lines_one(path->line[i]);
        if (lines_jumps(path->word[i]) && lines_have(fixed, path->line[i]))
            uses |= lines_one(lines_operand(path->word[i]));
    }
    return uses;
}

uint32_t path_stores(const struct translate_path *path, uint32_t fixed)
{
    uint32_t stores = 0;

    for (unsigned i = 0; i < path->count; i++)
        if (lines_function(path->word[i]) == LINES_STO && lines_have(fixed, path->line[i]))
            stores |= lines_one(lines_operand(path->word[i]));
    return stores;
}
