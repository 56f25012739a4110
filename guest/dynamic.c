/* Engine `dynamic`: dynamic binary translation.
 *
 * When a line is reached for which there is no translation, the engine looks at what the program is
 * about to do (path.c), translates that path into a block of x86 code in the code cache, and goes
 * there. Blocks jump to each other, so that a loop, once translated, does not come back here.
 *
 * The difficulty is that the program may write any line, that of an instruction too. A block
 * depends on the lines that it was made of and on those that it jumps through. A store to a line
 * that no block depends on is one x86 store. A store to any other compares first, and if the line
 * is about to change it comes back here: the blocks concerned are removed, and translated anew when
 * they are reached again. A line that keeps changing is not worth that; it is restless: no block
 * depends on it any more, a store to it is one x86 store again, and its word is taken apart
 * whenever it is obeyed.
 *
 * The cache is mapped twice, writable where it is written and executable where it is executed, so
 * that no page is both. What is kept from one call to the next is checked against the store first.
 */
#include "area.h"
#include "engines.h"
#include "lines.h"
#include "path.h"
#include "serialize.h"
#include "translate.h"

/* A budget below this is not worth entering the cache. */
#define SMALL 64

/* A line is restless once it has changed OFTEN times, each within SOON instructions of the time
 * before. To remove and translate a few blocks takes as long as that many instructions. */
#define OFTEN 8
#define SOON  65536

/* What a block has to do with lines: sets of them. */
struct block {
    uint32_t depends; /* obeys them as they are now, or jumps through them as they are now */
    uint32_t decodes; /* the same, but as they will be then */
    uint32_t stores;  /* writes them without a look */
    uint32_t guards;  /* compares them before writing */
};

static struct {
    bool begun;
    bool written;        /* the cache, since it was last entered */
    uint32_t translated; /* lines that a block begins with */
    uint32_t depended;   /* lines that a block depends on */
    uint32_t restless;
    struct block blocks[ABI_LINES];
    uint32_t seen[ABI_LINES];    /* what lines hold that a block depends on */
    uint32_t last[ABI_LINES];    /* what restless lines held when the last call returned */
    uint64_t clock;              /* instructions, over all calls */
    uint64_t changed[ABI_LINES]; /* when lines changed, by that clock */
    uint8_t changes[ABI_LINES];  /* how often, each soon after the one before */
} state;

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
    LINES_EACH(line, blocks)
    {
        area_remove(&cache, line);
        engines_counters.invalidations++;
    }
    state.written = true;
    state.translated &= ~blocks;
    state.depended = 0;
    LINES_EACH(line, state.translated)
    state.depended |= state.blocks[line].depends;
}

/* The blocks that depend on one of the lines. */
static uint32_t dependent(uint32_t lines)
{
    uint32_t found = 0;
    unsigned line;

    LINES_EACH(line, state.translated)
    if (state.blocks[line].depends & lines)
        found |= lines_one(line);
    return found;
}

/* The blocks that treat one of the lines as restless, or otherwise than they would if it were. */
static uint32_t concerned(uint32_t lines)
{
    uint32_t found = dependent(lines);
    unsigned line;

    LINES_EACH(line, state.translated)
    if ((state.blocks[line].decodes | state.blocks[line].guards) & lines)
        found |= lines_one(line);
    return found;
}

/* The blocks that write one of the lines without a look. */
static uint32_t careless(uint32_t lines)
{
    uint32_t found = 0;
    unsigned line;

    LINES_EACH(line, state.translated)
    if (state.blocks[line].stores & lines)
        found |= lines_one(line);
    return found;
}

/* Translates what m is about to do. */
static void translate(const struct baby *m)
{
    const uint32_t fixed = ~state.restless;
    struct translate_path path;
    struct translate_lines lines = {.fixed = fixed};
    struct block block;
    unsigned line;

    path_follow(&path, m, fixed);
    lines.guarded = state.depended | (path_uses(&path, fixed) & fixed);
    translate_block(&cache, &path, &lines, TRANSLATE_ANEW);
    state.written = true;
    engines_counters.translations++;

    block.depends = path_uses(&path, fixed) & fixed;
    block.decodes = path_uses(&path, fixed) & ~fixed;
    block.guards = path_stores(&path, fixed) & lines.guarded;
    block.stores = path_stores(&path, fixed) & ~lines.guarded;
    remove_blocks(careless(block.depends));
    state.blocks[path.line[0]] = block;
    state.translated |= lines_one(path.line[0]);
    state.depended |= block.depends;
    LINES_EACH(line, block.depends)
    state.seen[line] = m->store[line];
}

/* The program has changed a line that blocks depend on, or guard. */
static void notice(unsigned line)
{
    const bool soon = state.clock - state.changed[line] <= SOON;

    state.changes[line] = (uint8_t)(soon ? state.changes[line] + 1 : 1);
    state.changed[line] = state.clock;
    if (state.changes[line] < OFTEN) {
        remove_blocks(dependent(lines_one(line)));
    } else {
        remove_blocks(concerned(lines_one(line)));
        state.restless |= lines_one(line);
    }
}

/* Makes what is kept agree with a store that may be quite another one by now. */
static void check(const uint32_t *store)
{
    uint32_t other = 0;
    unsigned line;

    LINES_EACH(line, state.depended)
    if (store[line] != state.seen[line])
        other |= lines_one(line);
    remove_blocks(dependent(other));
    other = 0;
    LINES_EACH(line, state.restless)
    if (store[line] != state.last[line])
        other |= lines_one(line);
    remove_blocks(concerned(other));
    state.restless &= ~other;
    LINES_EACH(line, other)
    state.changes[line] = 0;
}

/* Obeys by interpretation a store that is about to change a line that blocks depend on. */
static void obey(struct baby *m)
{
    const unsigned line = lines_operand(m->store[(m->ci + 1) % ABI_LINES]);
    const uint32_t before = m->store[line];

    dispatch_run(m, 1);
    engines_counters.fallbacks++;
    engines_counters.fallback_instructions++;
    if (m->store[line] != before)
        notice(line);
}

/* Goes to where m is, translating that first if need be, and comes back with m, *left and why. */
static enum area_why enter(struct baby *m, uint64_t *left)
{
    const unsigned line = (m->ci + 1) % ABI_LINES;
    struct area_return back;

    if (!lines_have(state.translated, line))
        translate(m);
    if (state.written)
        serialize();
    state.written = false;
    back = area_routine(&cache)(m, *left, m->a, area_slot(&cache, line), state.depended);
    m->a = back.a;
    m->ci = (back.why == AREA_STP ? back.line : back.line + ABI_LINES - 1u) % ABI_LINES;
    state.clock += *left - back.left;
    *left = back.left;
    return (enum area_why)back.why;
}

enum stop dynamic_run(struct baby *m, uint64_t budget)
{
    enum stop stop = STOP_STP;
    uint64_t left = budget;
    enum area_why why;
    unsigned line;

    if (budget < SMALL)
        return dispatch_run(m, budget);
    if (!state.begun)
        area_begin(&cache);
    state.begun = true;
    check(m->store);
    do {
        why = enter(m, &left);
        if (why == AREA_STEP) {
            obey(m);
            left--;
        }
    } while (why == AREA_STEP || why == AREA_MISSING);
    m->executed = 0;
    if (why == AREA_BUDGET)
        stop = dispatch_run(m, left);
    m->executed += budget - left;
    LINES_EACH(line, state.restless)
    state.last[line] = m->store[line];
    return stop;
}
