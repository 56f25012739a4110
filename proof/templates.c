/* Writes what the translator writes for one instruction, in contexts of every kind.
 *
 * The context is what the translator believes before the instruction: which registers hold A and
 * lines, which lines memory does not hold, what the sign flag is that of; and what it is given:
 * whether the line is fixed, what its operand is, what is guarded, what will be read again. Of the
 * beliefs, which are many, some are chosen at random for each line, operand and kind; cache.py has
 * a proof for all. The
 * translator's own functions are called with these, and a line of JSON says what code came of it
 * and what is believed after it. templates.py proves that the beliefs are true after the code if
 * they were before: a block is such pieces one after the other.
 *
 * Use: templates PART PARTS, every PARTS-th lemma beginning with the PART-th; or
 * templates blocks NUMBER SEED, that many random stores, translated, as babyvisor/translation/1; or
 * templates store WORD..., one store; or templates calls, what x86.c writes for cache.c.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Their static functions are what this is about. */
#include "guest/translate/cache.c"
#include "guest/translate/translate.c"

#include "machine/static_translate.h"
#include "report/json.h"
#include "report/translation.h"

#define ADDRESS (ABI_BASE + ABI_CACHE_EXEC)

static uint8_t bytes[AREA_SIZE];
static const struct area area = {bytes, ADDRESS};

static uint64_t seed = 1948;

/* splitmix64 */
static uint32_t any_word(void)
{
    uint64_t z = seed += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (uint32_t)(z >> 31);
}

/* What the translator is given of an instruction's operand. */
enum operand {
    OPERAND_FREE,    /* nothing is known of it, and it may be written */
    OPERAND_GUARDED, /* it must not be changed */
    OPERAND_FIXED,   /* and it is known what it holds */
    OPERAND_KINDS,
};

/* How the line of an instruction is. */
enum line_kind { LINE_FIXED, LINE_CHECKED, LINE_ANEW, LINE_KINDS };

struct lemma {
    unsigned line, operand;
    uint32_t word;
    enum line_kind kind;
    enum operand operand_kind;
    bool skips;            /* a CMP is expected to skip */
    unsigned index, count; /* its place in the block */
    struct cache cache;    /* what is believed before it */
    uint32_t dead; /* lines of which nothing is: they are written before anything sees them */
};

static void print_set(const char *name, uint32_t set)
{
    unsigned line;

    printf(",\"%s\":[", name);
    LINES_EACH (line, set)
        printf("%s%u", set & (lines_one(line) - 1) ? "," : "", line);
    printf("]");
}

static void print_hex(const char *name, const uint8_t *from, size_t size)
{
    printf(",\"%s\":\"", name);
    for (size_t i = 0; i < size; i++)
        printf("%02x", from[i]);
    printf("\"");
}

static void print_place(unsigned held)
{
    printf("%u,%s]", register_of(held), held & CACHE_NEGATED ? "true" : "false");
}

/* What is believed: words with register and whether it is their negative; A is word 32. */
static void print_cache(const char *when, const struct cache *cache, uint32_t dead)
{
    const char *between = "";

    printf(",\"%s\":{\"held\":[", when);
    for (unsigned word = 0; word < CACHE_WORDS; word++) {
        if (cache->words.held[word] == CACHE_NONE || (word < ABI_LINES && lines_have(dead, word)))
            continue;
        printf("%s[%u,", between, word);
        print_place(cache->words.held[word]);
        between = ",";
    }
    printf("],\"sign\":");
    if (cache->sign == CACHE_NONE) {
        printf("null");
    } else {
        putchar('[');
        print_place(cache->sign);
    }
    print_set("stale", cache->words.stale);
    print_set("dead", dead);
    putchar('}');
}

/* All of it: where words are held, what the sign flag is that of, stale and wanted lines. */
static void print_whole_cache(const char *when, const struct cache *cache)
{
    printf(",\"%s\":[", when);
    for (unsigned word = 0; word < CACHE_WORDS; word++)
        printf("%u,", cache->words.held[word]);
    printf("%u,%" PRIu32 ",%" PRIu32 "]", cache->sign, cache->words.stale, cache->wanted);
}

/* A register that holds words, or its negative. */
static unsigned any_place(void)
{
    static const unsigned registers[] = {X86_AX, X86_CX, X86_DX, X86_R9, X86_R10, X86_R11};

    return registers[any_word() % 6] | (any_word() % 2 ? CACHE_NEGATED : 0);
}

/* Lines that may be dead before the instruction, which does not read them, nor leave. */
static uint32_t any_dead(const struct lemma *lemma)
{
    const uint32_t here = lines_one(lemma->line), operand = lines_one(lemma->operand);
    const uint32_t some = any_word() & any_word() & ~here;

    if (lemma->kind != LINE_FIXED)
        return 0;
    switch (word_function(lemma->word)) {
    case WORD_JMP:
    case WORD_JRP:
        return lemma->operand_kind == OPERAND_FIXED ? some & ~operand : 0;
    case WORD_STO:
        return lemma->operand_kind == OPERAND_FREE ? some : 0;
    case WORD_CMP:
    case WORD_STP:
        return 0;
    default:
        return some & ~operand;
    }
}

/* Beliefs that the translator can come to: some lines are in registers, the operand often, and of
 * those that may be written some are not in memory. */
static void make_cache(struct lemma *lemma)
{
    const bool is_crowded = any_word() % 4 == 0;
    struct cache *cache = &lemma->cache;
    uint32_t kept = 0;

    if (lemma->kind == LINE_FIXED)
        kept |= lines_one(lemma->line);
    if (lemma->operand_kind != OPERAND_FREE)
        kept |= lines_one(lemma->operand);
    cache_begin(cache);
    cache->wanted = any_word() & any_word();
    cache->words.held[CACHE_A] = (uint8_t)any_place();
    for (unsigned line = 0; line < ABI_LINES; line++) {
        const bool often = is_crowded || line == lemma->operand || line == lemma->line;

        if (any_word() % (often ? 2 : 16))
            continue;
        hold(cache, line, any_word() % 4 ? any_place() : cache->words.held[CACHE_A]);
        if (!lines_have(kept, line) && any_word() % 2)
            cache->words.stale |= lines_one(line);
    }
    if (any_word() % 2)
        cache->sign = any_word() % 2 ? cache->words.held[CACHE_A] : (uint8_t)any_place();
    lemma->dead = any_dead(lemma);
    cache->wanted &= ~lemma->dead;
    cache->words.stale &= ~lemma->dead;
}

#define ABSENT ~0u

/* A call of x86.h, by its numbers, and the bytes that it has written to x. */
static void print_call(const char *name, const struct x86 *x, enum x86_operation operation,
                       unsigned first, unsigned second, unsigned third)
{
    printf("%s %u %u", name, operation, first);
    if (second != ABSENT)
        printf(" %u", second);
    if (third != ABSENT)
        printf(" %u", third);
    putchar(' ');
    for (const uint8_t *at = bytes; at < x->at; at++)
        printf("%02x", *at);
    putchar('\n');
}

/* Each call of x86.h that cache.c can make. */
static void write_calls(void)
{
    static const enum x86_operation of_lines[] = {X86_MOV, X86_ADD, X86_SUB, X86_CMP};
    static const enum x86_operation of_two[] = {X86_MOV, X86_ADD, X86_SUB, X86_TEST};
    const struct x86 begin = area_x86(&area, 0, AREA_SLOT);
    struct x86 x;
    unsigned a, b, c, line, i;

    LINES_EACH (a, REGISTERS) {
        for (line = 0; line < ABI_LINES; line++) {
            x86_store((x = begin, &x), X86_MOV, area_line(line), (enum x86_register)a);
            print_call("x86_store", &x, X86_MOV, line, a, ABSENT);
            for (i = 0; i < 4; i++) {
                x86_load((x = begin, &x), of_lines[i], (enum x86_register)a, area_line(line));
                print_call("x86_load", &x, of_lines[i], a, line, ABSENT);
            }
        }
        LINES_EACH (b, REGISTERS) {
            for (i = 0; i < 4; i++) {
                x86_registers((x = begin, &x), of_two[i], (enum x86_register)a,
                              (enum x86_register)b);
                print_call("x86_registers", &x, of_two[i], a, b, ABSENT);
            }
            LINES_EACH (c, REGISTERS) {
                x86_load((x = begin, &x), X86_LEA, (enum x86_register)a,
                         (struct x86_memory){(enum x86_register)b, (enum x86_register)c, 0, 0});
                print_call("x86_load", &x, X86_LEA, a, b, c);
            }
        }
        x86_register((x = begin, &x), X86_NEG, (enum x86_register)a);
        print_call("x86_register", &x, X86_NEG, a, ABSENT, ABSENT);
        x86_immediate((x = begin, &x), X86_CMP, (enum x86_register)a, 1);
        print_call("x86_immediate", &x, X86_CMP, a, 1, ABSENT);
    }
}

/* Has the translator write the instruction, and after it, as in a block, a jump and the ways out.
 */
static void write_lemma(const struct lemma *lemma)
{
    const uint32_t here = lines_one(lemma->line), operand = lines_one(lemma->operand);
    const struct path_cmp way = {.stayed = !lemma->skips, .skipped = lemma->skips};
    const uint32_t offset = AREA_SLOTS + lemma->line * AREA_SLOT;
    uint32_t store[ABI_LINES] = {0};
    struct path_cmp cmp[ABI_LINES];
    struct translate_path found, path = {.count = lemma->count};
    struct translate_lines lines = {.fixed = ~0u};
    struct block block = {.x = area_x86(&area, offset, AREA_SLOT), .area = &area};
    bool ended;
    uint32_t code_size;

    for (unsigned i = 0; i < ABI_LINES; i++) {
        store[i] = any_word();
        cmp[i] = way;
    }
    store[lemma->line] = lemma->word;
    if (lemma->operand_kind != OPERAND_FIXED)
        lines.fixed &= ~operand;
    if (lemma->kind != LINE_FIXED)
        lines.fixed &= ~here;
    else
        lines.fixed |= here;
    lines.guarded = lemma->operand_kind == OPERAND_FREE ? 0 : operand;

    /* The line that follows is for path.c to find. */
    path_expect(&found, store, lemma->line, lines.fixed, cmp);
    path.line[lemma->index] = found.line[0];
    path.word[lemma->index] = found.word[0];
    path.line[lemma->index + 1] = found.line[1];

    block.cache = lemma->cache;
    printf("{\"line\":%u,\"word\":%" PRIu32 ",\"operand\":%u,\"index\":%u,\"next\":%u", lemma->line,
           lemma->word, lemma->operand, lemma->index, found.line[1]);
    printf(",\"kind\":\"%s\",\"operand_kind\":\"%s\",\"operand_word\":%" PRIu32,
           (const char *[]){"fixed", "checked", "anew"}[lemma->kind],
           (const char *[]){"free", "guarded", "fixed"}[lemma->operand_kind],
           store[lemma->operand]);
    print_cache("before", &block.cache, lemma->dead);
    print_whole_cache("cache_before", &block.cache);

    if (lemma->kind == LINE_CHECKED)
        write_check(&block, &path, lemma->index);
    ended = lemma->kind == LINE_ANEW ? write_anew(&block, &path, lemma->index)
                                     : write_fixed(&block, &path, &lines, lemma->index);
    code_size = (uint32_t)(block.x.at - (bytes + offset));
    print_whole_cache("cache_after", &block.cache);
    /* As write_block() ends a block. */
    if (ended)
        path.count = lemma->index + 1;
    else
        write_end(&block, path.line[lemma->index + 1]);
    write_stubs(&block, path.count);
    printf(",\"count\":%u,\"ended\":%s,\"size\":%" PRIu32, path.count, ended ? "true" : "false",
           code_size);
    print_cache("after", &block.cache, lemma->dead & ~block.cache.words.stale);
    print_hex("code", bytes + offset, (size_t)(block.x.at - (bytes + offset)));
    puts("}");
}

/* Whether the translator is ever given that. */
static bool is_context(const struct lemma *lemma)
{
    const enum word_function function = word_function(lemma->word);
    const bool own = lemma->line == lemma->operand;

    if (own && (lemma->kind == LINE_FIXED) != (lemma->operand_kind == OPERAND_FIXED))
        return false; /* the same line */
    if (lemma->kind == LINE_ANEW)
        return lemma->operand_kind == OPERAND_FREE && !lemma->skips;
    if (lemma->skips && function != WORD_CMP)
        return false;
    if (lemma->kind == LINE_CHECKED && lemma->operand_kind == OPERAND_GUARDED)
        return false; /* `static` guards nothing */
    if (lemma->kind == LINE_CHECKED && lemma->operand_kind == OPERAND_FIXED)
        return function != WORD_STO; /* and its fixed lines are those that no STO writes */
    return lemma->operand_kind != OPERAND_GUARDED || function == WORD_STO;
}

/* Every context of the function with this line and operand, with so many beliefs. */
static void write_contexts(unsigned part, unsigned parts, enum word_function function,
                           unsigned line, unsigned operand, int beliefs)
{
    static unsigned number;

    for (int context = 0; context < LINE_KINDS * OPERAND_KINDS * 2 * beliefs; context++) {
        struct lemma lemma = {
            .line = line,
            .operand = operand,
            .kind = (enum line_kind)(context / 2 / OPERAND_KINDS % LINE_KINDS),
            .operand_kind = (enum operand)(context / 2 % OPERAND_KINDS),
            .skips = context & 1,
        };

        /* The bits of the word that mean nothing may be anything. */
        lemma.word = (any_word() & 0xffff1fe0) | word_make(function, operand);
        if (!is_context(&lemma) || number++ % parts != part)
            continue;
        make_cache(&lemma);
        lemma.index = any_word() % TRANSLATE_PATH;
        lemma.count = lemma.index + 1 + any_word() % (TRANSLATE_PATH - lemma.index);
        write_lemma(&lemma);
    }
}

static void write_lemmas(unsigned part, unsigned parts)
{
    static const unsigned lines[] = {0, 17, 30, 31};

    area_begin(&area);
    printf("{\"address\":%u,\"enter\":%d,\"exit\":%d,\"functions\":%d,\"slots\":%d,\"slot\":%d",
           ADDRESS, AREA_ROUTINES, AREA_EXIT, AREA_FUNCTIONS, AREA_SLOTS, AREA_SLOT);
    print_hex("code", bytes, sizeof(bytes));
    puts("}");
    for (int function = 0; function < WORD_FUNCTIONS; function++)
        for (unsigned i = 0; i < ABI_LINES; i++) {
            write_contexts(part, parts, (enum word_function)function,
                           lines[i % (sizeof(lines) / sizeof(lines[0]))], i, 4);
            write_contexts(part, parts, (enum word_function)function, i, (3 * i + 1) % ABI_LINES,
                           1);
        }
}

/* A store with many jumps, loops and stores to its own lines. */
static void make_store(struct baby *m)
{
    for (unsigned i = 0; i < ABI_LINES; i++) {
        uint32_t word = word_make((enum word_function)(any_word() % WORD_FUNCTIONS), any_word());

        if (word_function(word) == WORD_STP && any_word() % 4)
            word ^= 1u << WORD_FUNCTION_SHIFT;
        if (any_word() % 4 == 0)
            word |= any_word() & 0xffff1fe0;
        m->store[i] = word;
    }
    m->ci = any_word() % ABI_LINES;
}

/* Blocks as `dynamic` would make them, whatever it knew: one for each line. */
static void make_blocks(struct abi_translation *made, const struct baby *m)
{
    struct path_cmp cmp[ABI_LINES];
    const uint32_t restless = any_word() % 3 ? any_word() & any_word() : 0;
    const uint32_t guarded = any_word() & any_word();
    unsigned line;

    for (line = 0; line < ABI_LINES; line++)
        cmp[line] = (struct path_cmp){(uint16_t)(any_word() % 3), (uint16_t)(any_word() % 3)};
    area_begin(&area);
    made->translated = any_word() & any_word();
    made->restless = restless;
    memcpy(made->store, m->store, sizeof(made->store));
    LINES_EACH (line, made->translated) {
        struct translate_path path;
        struct translate_lines lines = {.fixed = ~restless};

        path_expect(&path, m->store, line, lines.fixed, cmp);
        lines.guarded = guarded | (path_uses(&path, lines.fixed) & lines.fixed);
        translate_block(&area, &path, &lines, TRANSLATE_ANEW, &made->blocks[line]);
        made->depended |= made->blocks[line].depends;
    }
}

/* So many stores, or one that is given, as `static` does. */
static int write_stores(unsigned long number, char **given)
{
    static struct translation translation;
    static struct error error;

    for (unsigned long i = 0; i < number; i++) {
        struct abi_translation *made = (struct abi_translation *)(void *)bytes;
        struct translation_report report = {
            .program = given ? "a store" : "a random store",
            .translation = &translation,
        };
        const bool is_static = given || i % 2;
        struct baby m = {.a = 0};

        make_store(&m);
        for (unsigned line = 0; given && line < ABI_LINES; line++)
            m.store[line] = (uint32_t)strtoul(given[line], NULL, 0);
        report.engine = is_static ? ENGINE_STATIC : ENGINE_DYNAMIC;
        memset(bytes, 0, sizeof(bytes));
        if (is_static)
            static_translate(made, &m);
        else
            make_blocks(made, &m);
        json_begin();
        if (translation_read(&translation, bytes,
                             ABI_BASE + (is_static ? ABI_STATIC : ABI_CACHE_EXEC), &error) < 0 ||
            translation_json(stdout, &report, &error) < 0) {
            fprintf(stderr, "templates: %s\n", error.text);
            return 1;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "blocks") == 0) {
        seed = strtoull(argv[3], NULL, 0);
        return write_stores(strtoul(argv[2], NULL, 0), NULL);
    }
    if (argc == 2 + ABI_LINES && strcmp(argv[1], "store") == 0)
        return write_stores(1, argv + 2);
    if (argc == 2 && strcmp(argv[1], "calls") == 0) {
        write_calls();
        return 0;
    }
    if (argc != 3 || strtoul(argv[2], NULL, 0) == 0) {
        fputs("use: templates PART PARTS, or blocks NUMBER SEED, or store WORD..., or calls\n",
              stderr);
        return 64;
    }
    write_lemmas((unsigned)strtoul(argv[1], NULL, 0), (unsigned)strtoul(argv[2], NULL, 0));
    return 0;
}
