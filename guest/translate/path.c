/* The paths through a program that are worth a block, found by reading it. */
#include "guest/translate/path.h"

#include <stddef.h>

#include "guest/translate/lines.h"
#include "guest/word.h"

unsigned path_jump_target(const uint32_t store[ABI_LINES], unsigned line)
{
    const uint32_t target = store[word_line(store[line])] + 1;

    return (word_function(store[line]) == WORD_JRP ? target + line : target) % ABI_LINES;
}

/* Whether a CMP in the line, which in this path has stayed `turns` times since it skipped, is
 * likely to skip. A loop is expected to make as many turns as it did. Where nothing is known, CMP
 * skips an STP and nothing else: programs loop often and stop once. */
static bool is_likely_to_skip(const uint32_t *store, unsigned line, const struct path_cmp *cmp,
                              unsigned turns)
{
    if (cmp && (cmp->stayed || cmp->skipped))
        return turns * cmp->skipped >= cmp->stayed;
    return word_function(store[(line + 1) % ABI_LINES]) == WORD_STP;
}

void path_expect(struct translate_path *path, const uint32_t store[ABI_LINES], unsigned line,
                 uint32_t fixed, const struct path_cmp cmp[ABI_LINES])
{
    uint8_t turns[ABI_LINES] = {0};
    bool ended = false;

    for (path->count = 0; path->count < TRANSLATE_PATH && !ended; path->count++) {
        const uint32_t word = store[line];
        unsigned next = line + 1;

        path->line[path->count] = (uint8_t)line;
        path->word[path->count] = word;
        if (word_jumps(word)) {
            ended = !lines_have(fixed, line) || !lines_have(fixed, word_line(word));
            next = path_jump_target(store, line);
        } else if (word_function(word) == WORD_CMP) {
            if (is_likely_to_skip(store, line, cmp ? &cmp[line] : NULL, turns[line])) {
                turns[line] = 0;
                next++;
            } else {
                turns[line]++;
            }
        } else {
            ended = word_function(word) == WORD_STP;
        }
        line = next % ABI_LINES;
    }
    path->line[path->count] = (uint8_t)line;
}

uint32_t path_uses(const struct translate_path *path, uint32_t fixed)
{
    uint32_t uses = 0;

    for (unsigned i = 0; i < path->count; i++) {
        const uint32_t jumps = fixed >> path->line[i] & word_jumps(path->word[i]);

        uses |= lines_one(path->line[i]) | jumps << word_line(path->word[i]);
    }
    return uses;
}

uint32_t path_stores(const struct translate_path *path, uint32_t fixed)
{
    uint32_t stores = 0;

    for (unsigned i = 0; i < path->count; i++) {
        const uint32_t is_sto = fixed >> path->line[i] & (word_function(path->word[i]) == WORD_STO);

        stores |= is_sto << word_line(path->word[i]);
    }
    return stores;
}
