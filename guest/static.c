/* Engine `static`: static binary translation.
 *
 * The whole program was translated before it started (static_translate.c), into pages that are not
 * writable here. That costs nothing while it runs, and there is nothing to be kept in step. But a
 * program of this machine may rewrite its instructions and jump where its data say, and who only
 * reads it beforehand cannot know what it will be. What is not translated, or no longer as it was,
 * is obeyed by interpretation until there is a translation again. The counters show how often:
 * for a program that walks an array by rewriting an instruction, on every turn.
 */
#include "guest/engines.h"
#include "guest/serialize.h"
#include "guest/translate/area.h"
#include "guest/translate/lines.h"
#include "guest/word.h"

static const struct abi_translation *const pages =
    (const struct abi_translation *)(ABI_BASE + ABI_STATIC);
static const struct area code = {.address = ABI_BASE + ABI_STATIC};

/* Whether the lines that translations rely on without a check are as they were. */
static bool is_translation_of(const uint32_t *store)
{
    unsigned line;

    LINES_EACH (line, pages->depended) {
        if (store[line] != pages->store[line])
            return false;
    }
    return pages->translated != 0;
}

/* Whether m has just changed one of those lines, by the word that it has obeyed. */
static bool has_broken(const struct baby *m, uint32_t word)
{
    const unsigned line = word_line(word);

    return word_function(word) == WORD_STO && lines_have(pages->depended, line) &&
           m->store[line] != pages->store[line];
}

/* Obeys instructions that are not translated until one is, or until there is no translation of this
 * store any more. Advances *left. */
static enum stop interpret(struct baby *m, uint64_t *left)
{
    const uint64_t before = *left;
    enum stop stop = STOP_LIMIT;

    engines_counters.fallbacks++;
    while (stop != STOP_STP && *left) {
        const uint32_t word = m->store[(m->ci + 1) % ABI_LINES];

        stop = dispatch_run(m, 1);
        --*left;
        if (stop != STOP_STP && has_broken(m, word)) {
            stop = dispatch_run(m, *left);
            *left -= m->executed;
        } else if (lines_have(pages->translated, (m->ci + 1) % ABI_LINES)) {
            break;
        }
    }
    engines_counters.fallback_instructions += before - *left;
    return stop;
}

enum stop static_run(struct baby *m, uint64_t budget)
{
    static uint32_t version; /* of the pages, when they were last seen */
    enum stop stop = STOP_LIMIT;
    uint64_t left = budget;

    if (!is_translation_of(m->store)) {
        stop = dispatch_run(m, budget);
        engines_counters.fallbacks++;
        engines_counters.fallback_instructions += m->executed;
        return stop;
    }
    if (version != pages->version)
        serialize();
    version = pages->version;
    while (stop != STOP_STP && left) {
        const unsigned line = (m->ci + 1) % ABI_LINES;
        struct area_return back = area_routine(&code)(m, left, m->a, area_slot(&code, line), 0);

        m->a = back.a;
        m->ci = (back.line + ABI_LINES - 1u) % ABI_LINES;
        left = back.left;
        switch ((enum area_why)back.why) {
        case AREA_STP:
            m->ci = back.line;
            stop = STOP_STP;
            break;
        case AREA_BUDGET:
            stop = dispatch_run(m, left);
            left -= m->executed;
            break;
        case AREA_MISSING:
        case AREA_STEP:
            stop = interpret(m, &left);
            break;
        }
    }
    m->ci %= ABI_LINES;
    m->executed = budget - left;
    return stop;
}
