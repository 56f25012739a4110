/* Translates a path through the store into a block of x86 code, for `static` and `dynamic`.
 *
 * The budget is in rsi; rdi points at the store, so that a line is rdi plus 8 bits of displacement,
 * and CI is nowhere: it is where the code is. A is in eax where a block begins and ends; in between
 * it is where cache.c has it, and so are lines. SUB is sub or add, LDN and STO are at most a mov,
 * CMP is a jump on the sign flag, and a jump through a line that is known is nothing at all.
 */
#include "guest/translate/translate.h"

#include "guest/translate/cache.h"
#include "guest/translate/lines.h"
#include "guest/translate/path.h"
#include "guest/word.h"

/* Code at the end of a block, for what leaves it before its end. */
enum stub_kind {
    STUB_SIDE, /* on with another block */
    STUB_STEP,
    STUB_BUDGET,
    STUB_ANEW, /* the word in AREA_WORD, XORed with `undo`, is to be obeyed */
};

struct stub {
    uint8_t *jump;
    enum stub_kind kind;
    unsigned line;
    unsigned obeyed; /* instructions of the block that need not be given back */
    uint32_t undo;
    struct cache_words words; /* to be written back */
};

struct block {
    struct x86 x;
    const struct area *area;
    struct stub stubs[2 * TRANSLATE_PATH + 1];
    unsigned stub_count;
    struct cache cache;
};

/* Has the jump lead to a stub that will be written at the end. */
static void add_stub(struct block *block, enum stub_kind kind, uint8_t *jump, unsigned line,
                     unsigned obeyed, uint32_t undo)
{
    block->stubs[block->stub_count++] = (struct stub){
        .jump = jump,
        .kind = kind,
        .line = line,
        .obeyed = obeyed,
        .undo = undo,
        .words = block->cache.words,
    };
}

static void write_stubs(struct block *block, unsigned count)
{
    struct x86 *x = &block->x;

    for (unsigned i = 0; i < block->stub_count; i++) {
        const struct stub *stub = &block->stubs[i];
        const uint32_t begin = x->address;
        unsigned gives_back = count - stub->obeyed;

        cache_write_back(&stub->words, x);
        if (stub->kind == STUB_SIDE && !gives_back && x->address == begin) {
            x86_link(x, stub->jump, area_slot(block->area, stub->line));
            continue;
        }
        x86_link(x, stub->jump, begin);
        if (gives_back)
            x86_immediate(x, X86_ADD64, AREA_LEFT, (int32_t)gives_back);
        switch (stub->kind) {
        case STUB_SIDE:
            x86_jump(x, area_slot(block->area, stub->line));
            break;
        case STUB_STEP:
            area_leave(block->area, x, AREA_STEP, stub->line);
            break;
        case STUB_BUDGET:
            area_leave(block->area, x, AREA_BUDGET, stub->line);
            break;
        case STUB_ANEW:
            x86_immediate(x, X86_XOR, AREA_WORD, (int32_t)stub->undo);
            area_obey_word(block->area, x, stub->line);
            break;
        }
    }
}

/* The instruction at `index` of the path as it is. Returns whether the block ends with it. */
static bool write_fixed(struct block *block, const struct translate_path *path,
                        const struct translate_lines *lines, unsigned index)
{
    struct x86 *x = &block->x;
    const uint32_t word = path->word[index];
    const unsigned line = path->line[index];
    const unsigned operand = word_line(word);
    const unsigned skipped = (line + 2) % ABI_LINES;
    enum x86_condition negative;

    switch (word_function(word)) {
    case WORD_JMP:
    case WORD_JRP:
        if (lines_have(lines->fixed, operand))
            return false;
        cache_empty(&block->cache, x);
        x86_load(x, X86_MOV, AREA_WORD, area_line(operand));
        x86_immediate(x, X86_ADD, AREA_WORD,
                      word_function(word) == WORD_JRP ? (int32_t)line + 1 : 1);
        area_jump_to_word(block->area, x);
        return true;
    case WORD_LDN:
        cache_ldn(&block->cache, x, operand);
        return false;
    case WORD_STO:
        if (lines_have(lines->guarded, operand)) {
            cache_compare(&block->cache, x, operand);
            add_stub(block, STUB_STEP, x86_jump_if(x, X86_NOT_EQUAL, 0), line, index, 0);
            cache_is_same(&block->cache, operand);
        } else {
            cache_sto(&block->cache, operand);
        }
        return false;
    case WORD_SUB:
    case WORD_SUB5:
        cache_sub(&block->cache, x, operand);
        return false;
    case WORD_CMP:
        negative = cache_cmp(&block->cache, x);
        if (path->line[index + 1] == skipped)
            add_stub(block, STUB_SIDE, x86_jump_if(x, x86_opposite(negative), 0),
                     (line + 1) % ABI_LINES, index + 1, 0);
        else
            add_stub(block, STUB_SIDE, x86_jump_if(x, negative, 0), skipped, index + 1, 0);
        return false;
    case WORD_STP:
        cache_empty(&block->cache, x);
        area_leave(block->area, x, AREA_STP, line);
        return true;
    }
    return false;
}

/* The same for a line that may hold another word by then: LDN, SUB and STO, with any operand, are
 * expected again and followed; everything else ends the block. */
static bool write_anew(struct block *block, const struct translate_path *path, unsigned index)
{
    struct x86 *x = &block->x;
    const unsigned line = path->line[index];
    const enum word_function function = word_function(path->word[index]);
    const bool is_sub = function == WORD_SUB || function == WORD_SUB5;
    /* Functions 4 and 5, which are both SUB, differ in bit 13. */
    const uint32_t bits = (is_sub ? 6u : 7u) << WORD_FUNCTION_SHIFT;
    const uint32_t expected = path->word[index] & bits;

    cache_empty(&block->cache, x);
    x86_load(x, X86_MOV, AREA_WORD, area_line(line));
    if (function != WORD_LDN && function != WORD_STO && !is_sub) {
        area_obey_word(block->area, x, line);
        return true;
    }
    x86_immediate(x, X86_XOR, AREA_WORD, (int32_t)expected);
    x86_immediate(x, X86_TEST, AREA_WORD, (int32_t)bits);
    add_stub(block, STUB_ANEW, x86_jump_if(x, X86_NOT_EQUAL, 0), line, index + 1, expected);
    x86_immediate(x, X86_AND, AREA_WORD, ABI_LINES - 1);
    if (function == WORD_STO) {
        add_stub(block, STUB_STEP, area_store_word(x), line, index, 0);
        return false;
    }
    x86_load(x, is_sub ? X86_SUB : X86_MOV, AREA_A, area_line_in_word());
    if (!is_sub)
        x86_register(x, X86_NEG, AREA_A);
    block->cache.sign = AREA_A;
    return false;
}

/* Leaves if the line does not hold the word that it held when the path was made. */
static void write_check(struct block *block, const struct translate_path *path, unsigned index)
{
    struct x86 *x = &block->x;
    const unsigned line = path->line[index];

    if (lines_have(block->cache.words.stale, line))
        cache_empty(&block->cache, x);
    x86_store_immediate(x, X86_CMP, area_line(line), (int32_t)path->word[index]);
    add_stub(block, STUB_STEP, x86_jump_if(x, X86_NOT_EQUAL, 0), line, index, 0);
    block->cache.sign = CACHE_NONE;
}

/* On with the block of the line. */
static void write_end(struct block *block, unsigned line)
{
    cache_write_back(&block->cache.words, &block->x);
    x86_jump(&block->x, area_slot(block->area, line));
}

/* What is ahead of an instruction of a path: sets of lines. */
struct ahead {
    uint32_t wanted; /* read after it while words are in registers, before they are written */
    uint32_t live;   /* all but those that are written, from it on, before anything may see them */
};

static void look_ahead(struct ahead ahead[TRANSLATE_PATH], const struct translate_path *path,
                       const struct translate_lines *lines, enum translate_variable variable)
{
    uint32_t wanted = 0, live = ~0u;

    for (unsigned i = path->count; i--;) {
        const enum word_function function = word_function(path->word[i]);
        const unsigned operand = word_line(path->word[i]);
        const uint32_t read = ((1u << WORD_LDN | 1u << WORD_SUB | 1u << WORD_SUB5) >> function & 1)
                              << operand;
        const uint32_t written = (uint32_t)(function == WORD_STO) << operand;
        const bool fixed = lines_have(lines->fixed, path->line[i]);

        ahead[i].wanted = wanted;
        wanted = (wanted & ~written) | read;
        if (!fixed && variable == TRANSLATE_ANEW)
            wanted = 0;
        live = (live & ~written) | read;
        if (!fixed || function == WORD_CMP || written & lines->guarded)
            live = ~0u; /* it may leave */
        ahead[i].live = live;
    }
}

/* Writes the block, and cuts path->count to what ended it. Fills in how many bytes are what.
 * Returns whether there was room. */
static bool write_block(const struct area *area, struct translate_path *path,
                        const struct translate_lines *lines, enum translate_variable variable,
                        struct abi_block *made)
{
    const uint32_t offset = AREA_SLOTS + path->line[0] * AREA_SLOT;
    struct block block; /* most of it is for stubs that there will not be */
    struct ahead ahead[TRANSLATE_PATH];
    uint8_t *taken;
    unsigned index;
    bool ended = false;

    look_ahead(ahead, path, lines, variable);
    block.x = area_x86(area, offset, AREA_SLOT);
    block.area = area;
    block.stub_count = 0;
    cache_begin(&block.cache);
    /* How much to take is only known at the end. */
    x86_immediate(&block.x, X86_SUB64, AREA_LEFT, TRANSLATE_PATH);
    taken = block.x.at - 1;
    add_stub(&block, STUB_BUDGET, x86_jump_if(&block.x, X86_BELOW, 0), path->line[0], 0, 0);
    made->entry = (uint8_t)(block.x.at - (area->bytes + offset));
    for (index = 0; index < path->count && !ended; index++) {
        const bool fixed = lines_have(lines->fixed, path->line[index]);
        const uint8_t *begin = block.x.at;

        block.cache.wanted = ahead[index].wanted;
        block.cache.words.stale &= ahead[index].live;
        if (!fixed && variable == TRANSLATE_CHECK)
            write_check(&block, path, index);
        ended = fixed || variable == TRANSLATE_CHECK ? write_fixed(&block, path, lines, index)
                                                     : write_anew(&block, path, index);
        made->size[index] = (uint8_t)(block.x.at - begin);
    }
    path->count = index;
    if (!ended)
        write_end(&block, path->line[index]);
    *taken = (uint8_t)index;
    write_stubs(&block, index);
    made->bytes = (uint16_t)(block.x.at - (area->bytes + offset));
    return !block.x.full;
}

void translate_block(const struct area *area, struct translate_path *path,
                     const struct translate_lines *lines, enum translate_variable variable,
                     struct abi_block *block)
{
    /* The lines whose words are obeyed as they were, which is how checked ones are, too. */
    const uint32_t known = variable == TRANSLATE_CHECK ? ~0u : lines->fixed;
    uint32_t stores;

    *block = (struct abi_block){0};
    while (!write_block(area, path, lines, variable, block))
        path->count = path->count * 3 / 4;
    stores = path_stores(path, known);
    block->depends = path_uses(path, known) & lines->fixed;
    block->guards = stores & lines->guarded;
    block->stores = stores & ~lines->guarded;
    block->count = (uint8_t)path->count;
    for (unsigned i = 0; i < path->count; i++)
        block->line[i] = path->line[i];
}
