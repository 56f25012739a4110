/* Compares the model of invariant.py with guest/dynamic.c: the same random states into both.
 *
 * invariant.py writes `model.h`, its transitions as C. The functions of guest/dynamic.c are
 * compiled in here, with others in the place of those that they call for a path and for a block. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "guest/dynamic.c"

struct model {
    uint32_t translated, depended, restless, stale, slots, begun, cold, watched;
    uint32_t depends[ABI_LINES], guards[ABI_LINES], stores[ABI_LINES], recorded[ABI_LINES];
};

struct inputs {
    uint32_t line, often, made_depends, made_guards, made_stores, uses;
    uint32_t store[ABI_LINES];
};

#include "model.h"

static struct inputs in;

struct abi_counters engines_counters;

/* What translate() asks for is what the contract allows it to believe: anything. */
void path_expect(struct translate_path *path, const uint32_t store[ABI_LINES], unsigned line,
                 uint32_t fixed, const struct path_cmp cmp[ABI_LINES])
{
    (void)store, (void)cmp;
    if (fixed != ~made->restless)
        puts("translate() calls other lines fixed than those that are not restless"), exit(1);
    path->count = 1;
    path->line[0] = (uint8_t)line;
}

uint32_t path_uses(const struct translate_path *path, uint32_t fixed)
{
    (void)path;
    return in.uses & (fixed | ~fixed);
}

void translate_block(const struct area *area, struct translate_path *path,
                     const struct translate_lines *lines, enum translate_variable variable,
                     struct abi_block *block)
{
    const uint32_t guarded = made->depended | (in.uses & ~made->restless);

    if (area != &cache || variable != TRANSLATE_ANEW || lines->fixed != ~made->restless ||
        lines->guarded != guarded)
        puts("translate() has other lines guarded than those that are depended on or used"),
            exit(1);
    memset(block, 0, sizeof(*block));
    block->depends = in.made_depends;
    block->guards = in.made_guards;
    block->stores = in.made_stores;
    /* Anything but what a slot without a block is. */
    area->bytes[AREA_SLOTS + path->line[0] * AREA_SLOT] = 0x90;
}

enum stop dispatch_run(struct baby *m, uint64_t budget)
{
    (void)m, (void)budget;
    abort();
}

enum stop threaded_run(struct baby *m, uint64_t budget)
{
    (void)m, (void)budget;
    abort();
}

static uint32_t any(void)
{
    static uint64_t seed = 1948;
    uint64_t z = seed += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (uint32_t)(z >> 31);
}

static uint32_t rarely(void)
{
    return any() & any() & any();
}

static uint8_t missing[ABI_LINES];

/* A state of the engine, and what the model is to believe of it. */
static void begin_state(struct model *s)
{
    memset(&state, 0, sizeof(state));
    memset(s, 0, sizeof(*s));
    s->begun = state.begun = any() % 8 != 0;
    s->translated = made->translated = any() & any();
    s->depended = made->depended = any();
    s->restless = made->restless = rarely();
    s->stale = state.stale = any() % 2 ? rarely() : 0;
    s->cold = state.cold = any() % 2 ? any() % 2000 : 0;
    s->watched = state.watched = any() % 300;
    s->slots = any();
    area_begin(&cache);
    for (unsigned line = 0; line < ABI_LINES; line++) {
        uint8_t *slot = cache.bytes + AREA_SLOTS + line * AREA_SLOT;

        missing[line] = *slot;
        if (lines_have(s->slots, line))
            *slot = 0x90;
        s->depends[line] = made->blocks[line].depends = any() % 2 ? rarely() : 0;
        s->guards[line] = made->blocks[line].guards = rarely();
        s->stores[line] = made->blocks[line].stores = rarely();
        s->recorded[line] = made->store[line] = any();
        in.store[line] = any() % 4 ? made->store[line] : any();
        state.changes[line] = (uint8_t)(any() % (OFTEN + 1));
        state.changed[line] = any() % (4 * SOON);
    }
    state.clock = 4 * SOON + any() % SOON;
    in.line = any() % ABI_LINES;
    in.uses = any();
    in.made_depends = rarely();
    in.made_guards = rarely();
    in.made_stores = rarely();
    in.often =
        (state.clock - state.changed[in.line] <= SOON ? state.changes[in.line] + 1 : 1) >= OFTEN;
}

static void end_state(struct model *s)
{
    memset(s, 0, sizeof(*s));
    s->begun = state.begun;
    s->translated = made->translated;
    s->depended = made->depended;
    s->restless = made->restless;
    s->stale = state.stale;
    s->cold = state.cold;
    s->watched = state.watched;
    for (unsigned line = 0; line < ABI_LINES; line++) {
        const uint8_t *slot = cache.bytes + AREA_SLOTS + line * AREA_SLOT;

        s->slots |= (uint32_t)(*slot != missing[line]) << line;
        s->depends[line] = made->blocks[line].depends;
        s->guards[line] = made->blocks[line].guards;
        s->stores[line] = made->blocks[line].stores;
        s->recorded[line] = made->store[line];
    }
}

static void try_one(const char *name, unsigned which)
{
    struct model before, expected = {0}, found;
    struct baby m = {.a = 0};

    begin_state(&before);
    switch (which) {
    case 0:
        model_forget(&before, &in, &expected);
        forget(RENEWAL_FIRST);
        break;
    case 1:
        model_begin(&before, &in, &expected);
        begin(in.store);
        break;
    case 2:
        memcpy(m.store, in.store, sizeof(m.store));
        m.ci = in.line + ABI_LINES - 1;
        model_translate(&before, &in, &expected);
        translate(&m);
        break;
    default:
        model_notice(&before, &in, &expected);
        notice(in.line);
    }
    if (which != 1 && (made->translated != before.translated || which == 2) && !state.written)
        printf("%s() does not say that the cache was written\n", name), exit(1);
    end_state(&found);
    for (size_t i = 0; i < sizeof(found) / sizeof(uint32_t); i++)
        if (((uint32_t *)&found)[i] != ((uint32_t *)&expected)[i])
            printf("%s() differs, at word %zu of struct model\n", name, i), exit(1);
}

int main(int argc, char **argv)
{
    const char *const names[] = {"forget", "begin", "translate", "notice"};
    void *const page = (void *)(ABI_BASE + ABI_CACHE);
    const unsigned states = argc > 1 ? (unsigned)atoi(argv[1]) : 1000;

    if (mmap(page, ABI_CACHE_SIZE, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != page) {
        perror("dynamic_test: mmap");
        return 1;
    }
    for (unsigned i = 0; i < 4 * states; i++)
        try_one(names[i % 4], i % 4);
    (void)dynamic_run;
    return 0;
}
