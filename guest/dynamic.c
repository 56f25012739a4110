/* Engine `dynamic`: dynamic binary translation.
 *
 * When a line is reached for which there is no translation, the engine follows the program from
 * there along its likely path (path.c), translates that into a block of x86 code in the code cache,
 * and goes there. Blocks jump to each other, so that a loop, once translated, does not come back
 * here.
 *
 * The difficulty is that the program may write any line, that of an instruction too. A block
 * depends on the lines that it was made of and on those that it jumps through. A store to a line
 * that no block depends on is at most one x86 store. A store to any other compares first, and if
 * the line is about to change it comes back here: the blocks concerned are removed, and translated
 * anew when they are reached again. A line that keeps changing is not worth that; it is restless:
 * no block depends on it any more, a store to it is as cheap as others, and its word is taken apart
 * whenever it is obeyed.
 *
 * Which way CMPs go and which lines are restless are guesses from a short look. So everything is
 * forgotten now and then, at ever longer intervals, and the program looked at again.
 *
 * The cache is mapped twice, writable where it is written and executable where it is executed, so
 * that no page is both. What is kept from one call to the next is compared with the store first. A
 * program that is new is obeyed by `threaded` for a while, for most jobs are done by then.
 */
#include "guest/engines.h"
#include "guest/serialize.h"
#include "guest/translate/area.h"
#include "guest/translate/lines.h"
#include "guest/translate/path.h"
#include "guest/translate/translate.h"
#include "guest/word.h"

/* A budget below this is not worth entering the cache. */
#define SMALL 64

/* A program is not translated before this many instructions: it might be done by then. To obey them
 * by interpretation takes about as long as to translate two blocks. */
#define COLD 1024

/* If between two calls more lines have changed than this, of those that blocks depend on, it is
 * another program. */
#define FEW 4

/* For how many instructions the way of CMPs is watched before the program is translated. */
#define WATCHED 256

/* A line is restless once it has changed OFTEN times, each within SOON instructions of the time
 * before. To remove and translate a few blocks takes as long as that many instructions. */
#define OFTEN 8
#define SOON  65536

/* Instructions after which everything is forgotten, at first and at last; 16-fold each time. */
#define RENEWAL_FIRST (1u << 16)
#define RENEWAL_LAST  (1u << 28)

static struct {
    bool begun;
    bool written;                /* the cache, since it was last entered */
    uint32_t stale;              /* lines with another program's blocks, still in the cache */
    uint32_t a, ci;              /* how the last call ended */
    uint32_t store[ABI_LINES];   /* and what it left, if it seemed to go on while it was cold */
    uint32_t cold;               /* instructions to be obeyed before translating, without a look */
    uint32_t watched;            /* and after those, looking at CMPs */
    uint32_t interval;           /* from one renewal to the next */
    uint64_t renewal;            /* when the next one is due, by this clock: */
    uint64_t clock;              /* instructions, over all calls that are not small */
    uint64_t changed[ABI_LINES]; /* when lines changed */
    uint8_t changes[ABI_LINES];  /* how often, each soon after the one before */
    struct path_cmp cmp[ABI_LINES];
} state;

/* What has been translated. */
static struct abi_translation *const made = (struct abi_translation *)(ABI_BASE + ABI_CACHE);

static const struct area cache = {
    .bytes = (uint8_t *)(ABI_BASE + ABI_CACHE),
    .address = ABI_BASE + ABI_CACHE_EXEC,
};

_Static_assert(AREA_SIZE <= ABI_CACHE_SIZE, "the cache holds all slots");

static void remove_blocks(uint32_t blocks)
{
    unsigned line;

    if (!blocks)
        return;
    LINES_EACH (line, blocks)
        area_remove(&cache, line);
    state.written = true;
    made->translated &= ~blocks;
    made->depended = 0;
    LINES_EACH (line, made->translated)
        made->depended |= made->blocks[line].depends;
}

/* Removes blocks because they are not right any more. */
static void invalidate(uint32_t blocks)
{
    engines_counters.invalidations += lines_count(blocks);
    remove_blocks(blocks);
}

/* Forgets all that is known of the program, for the given time. */
static void forget(uint32_t interval)
{
    if (!state.begun)
        area_begin(&cache);
    state.begun = true;
    remove_blocks(made->translated | state.stale);
    made->restless = state.stale = 0;
    for (unsigned line = 0; line < ABI_LINES; line++) {
        state.changes[line] = 0;
        state.cmp[line] = (struct path_cmp){0};
    }
    state.watched = WATCHED;
    state.interval = interval;
    state.renewal = state.clock + interval;
}

static bool is_same(const uint32_t *store, const uint32_t *other)
{
    for (unsigned line = 0; line < ABI_LINES; line += 2)
        if (__builtin_memcmp(&store[line], &other[line], 8) != 0)
            return false;
    return true;
}

static void keep(uint32_t *kept, const uint32_t *store)
{
    for (unsigned line = 0; line < ABI_LINES; line += 2)
        __builtin_memcpy(&kept[line], &store[line], 8);
}

/* Begins with another program, which may be short: what must be forgotten waits until it is cold no
 * longer. */
static void begin(const uint32_t *store)
{
    if (!state.begun)
        made->translated = 0;
    engines_counters.invalidations += lines_count(made->translated);
    state.stale |= made->translated;
    made->translated = made->depended = 0;
    state.cold = COLD;
    state.watched = WATCHED;
    keep(made->store, store);
}

/* Translates what m is likely to do. */
static void translate(const struct baby *m)
{
    const uint32_t fixed = ~made->restless;
    struct translate_path path;
    struct translate_lines lines = {.fixed = fixed};
    struct abi_block block;
    uint32_t careless = 0;
    unsigned line;

    path_expect(&path, m->store, (m->ci + 1) % ABI_LINES, fixed, state.cmp);
    lines.guarded = made->depended | (path_uses(&path, fixed) & fixed);
    translate_block(&cache, &path, &lines, TRANSLATE_ANEW, &block);
    state.written = true;
    engines_counters.translations++;

    LINES_EACH (line, made->translated)
        if (made->blocks[line].stores & block.depends)
            careless |= lines_one(line);
    invalidate(careless);
    made->blocks[path.line[0]] = block;
    made->translated |= lines_one(path.line[0]);
    made->depended |= block.depends;
    LINES_EACH (line, block.depends)
        made->store[line] = m->store[line];
}

/* The program has changed a line that blocks depend on, or guard: removes the first, and both if
 * the line turns out to be restless. */
static void notice(unsigned changed)
{
    const bool soon = state.clock - state.changed[changed] <= SOON;
    uint32_t concerned = 0;
    unsigned line;

    state.changes[changed] = (uint8_t)(soon ? state.changes[changed] + 1 : 1);
    state.changed[changed] = state.clock;
    if (state.changes[changed] >= OFTEN)
        made->restless |= lines_one(changed);
    LINES_EACH (line, made->translated) {
        const struct abi_block *block = &made->blocks[line];

        if (lines_have(block->depends | (block->guards & made->restless), changed))
            concerned |= lines_one(line);
    }
    invalidate(concerned);
}

/* Obeys a store that is about to change a guarded line. */
static void obey(struct baby *m)
{
    const unsigned line = word_line(m->store[(m->ci + 1) % ABI_LINES]);
    const uint32_t before = m->store[line];

    dispatch_run(m, 1);
    state.clock++;
    engines_counters.fallbacks++;
    engines_counters.fallback_instructions++;
    if (m->store[line] != before)
        notice(line);
}

/* The lines that interpretation, or who called, has changed under blocks that depend on them. */
static uint32_t changed_lines(const uint32_t *store)
{
    uint32_t changed = 0;
    unsigned line;

    LINES_EACH (line, made->depended)
        if (store[line] != made->store[line])
            changed |= lines_one(line);
    return changed;
}

static void notice_all(uint32_t changed)
{
    unsigned line;

    LINES_EACH (line, changed)
        notice(line);
}

/* Obeys the last few instructions of a budget. */
static enum stop finish(struct baby *m, uint64_t budget)
{
    enum stop stop = dispatch_run(m, budget);

    state.clock += m->executed;
    notice_all(changed_lines(m->store));
    return stop;
}

/* Obeys instructions while there is no translation. Takes off *left what has been obeyed. */
static enum stop look(struct baby *m, uint64_t *left)
{
    enum stop stop = STOP_LIMIT;

    if (state.cold) {
        stop = threaded_run(m, state.cold < *left ? state.cold : *left);
        state.cold -= (uint32_t)m->executed;
        *left -= m->executed;
        if (!state.cold)
            forget(RENEWAL_FIRST);
    }
    while (state.watched && *left && stop == STOP_LIMIT) {
        const unsigned line = (m->ci + 1) % ABI_LINES;

        if (word_function(m->store[line]) == WORD_CMP)
            ++*(m->a >> 31 ? &state.cmp[line].skipped : &state.cmp[line].stayed);
        stop = dispatch_run(m, 1);
        state.watched--;
        --*left;
    }
    return stop;
}

/* Goes to the block that m is at, translated first if need be, and deals with what it comes back
 * for. Takes off *left what has been obeyed. */
static enum stop advance(struct baby *m, uint64_t *left)
{
    const unsigned line = (m->ci + 1) % ABI_LINES;
    const uint64_t due = state.renewal - state.clock;
    const uint64_t slice = due < *left ? due : *left;
    enum stop stop = STOP_LIMIT;
    struct area_return back;

    if (!lines_have(made->translated, line))
        translate(m);
    if (state.written)
        serialize();
    state.written = false;
    back = area_routine(&cache)(m, slice, m->a, area_slot(&cache, line), made->depended);
    state.clock += slice - back.left;
    *left -= slice - back.left;
    m->a = back.a;
    m->ci = (back.line + ABI_LINES - 1u) % ABI_LINES;
    switch ((enum area_why)back.why) {
    case AREA_STP:
        m->ci = back.line;
        stop = STOP_STP;
        break;
    case AREA_STEP:
        obey(m);
        --*left;
        break;
    case AREA_BUDGET:
        if (back.left == *left) {
            stop = finish(m, *left);
            *left -= m->executed;
        } else {
            forget(state.interval < RENEWAL_LAST ? 16 * state.interval : RENEWAL_LAST);
        }
        break;
    case AREA_MISSING:
        break;
    }
    return stop;
}

/* While it is cold, a program is the same if it goes on, or begins once more; later, if most of
 * what was translated is as it was. follows: A and CI are as the last call left them. */
static bool is_another_program(const struct baby *m, bool follows, uint32_t changed)
{
    if (!state.cold)
        return !state.begun || lines_count(changed) > FEW;
    return !(follows && is_same(m->store, state.store)) && !is_same(m->store, made->store);
}

/* Obeys a program that will still be cold when the budget is used up. Its end is kept only if its
 * beginning was like an end, for most jobs are not continued. */
static enum stop stay_cold(struct baby *m, bool follows, uint64_t budget)
{
    const enum stop stop = threaded_run(m, budget);

    state.cold -= (uint32_t)m->executed;
    if (follows)
        keep(state.store, m->store);
    return stop;
}

/* Not a part of its caller, which short jobs would have to save more registers for. */
static __attribute__((noinline)) enum stop get_warm(struct baby *m, uint64_t budget)
{
    enum stop stop = STOP_LIMIT;
    uint64_t left = budget;

    while (stop == STOP_LIMIT && left)
        stop = state.watched ? look(m, &left) : advance(m, &left);
    m->executed = budget - left;
    return stop;
}

enum stop dynamic_run(struct baby *m, uint64_t budget)
{
    const bool follows = m->a == state.a && m->ci == state.ci;
    uint32_t changed;
    enum stop stop;

    if (budget < SMALL)
        return threaded_run(m, budget);
    changed = changed_lines(m->store);
    if (is_another_program(m, follows, changed))
        begin(m->store);
    else if (changed)
        notice_all(changed);
    stop = budget < state.cold ? stay_cold(m, follows, budget) : get_warm(m, budget);
    state.a = m->a;
    state.ci = m->ci;
    return stop;
}
