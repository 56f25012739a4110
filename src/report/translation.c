/* What a translator has made, for people and for programs: SSEM instructions beside x86 code. */
#include "report/translation.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "guest/translate/lines.h"
#include "report/json.h"
#include "report/text.h"
#include "report/x86_text.h"
#include "ssem/isa.h"

/* An x86 instruction of a block. */
struct piece {
    unsigned at; /* offset in the slot */
    int of;      /* which SSEM instruction of the block it belongs to; -1: to none yet, count: to
                    none any more */
    bool leaves; /* it is a way out */
    char meaning[32]; /* of what it jumps to or says, "" for nothing special */
    const uint8_t *bytes;
    struct x86_text x86;
};

static const char *const whys[] = {
    [AREA_STP] = "STP",
    [AREA_BUDGET] = "budget",
    [AREA_MISSING] = "missing",
    [AREA_STEP] = "step",
};

/* What a jump to the address means. */
static void explain_jump(struct piece *piece, const struct translation *translation, unsigned slot)
{
    const uint32_t offset = piece->x86.target - translation->address;
    const uint32_t line = (offset - AREA_SLOTS) / AREA_SLOT;
    const bool is_slot = offset >= AREA_SLOTS && line < ABI_LINES;

    piece->leaves = !is_slot || line != slot || (offset - AREA_SLOTS) % AREA_SLOT == 0;
    if (offset == AREA_EXIT)
        snprintf(piece->meaning, sizeof(piece->meaning), "leave");
    else if (is_slot && (offset - AREA_SLOTS) % AREA_SLOT == 0)
        snprintf(piece->meaning, sizeof(piece->meaning), "line %" PRIu32, line);
    else if (!piece->leaves)
        snprintf(piece->meaning, sizeof(piece->meaning), "%03x", (unsigned)(offset % AREA_SLOT));
}

/* Which SSEM instruction of the block the byte belongs to. */
static int part_of(const struct abi_block *block, unsigned at)
{
    unsigned end = block->entry;
    int of = -1;

    while (of < block->count && at >= end)
        if (++of < block->count)
            end += block->size[of];
    return of;
}

/* Reads the piece at piece->at. */
static void read_piece(struct piece *piece, const struct translation *translation, unsigned line)
{
    const struct abi_block *block = &translation->made.blocks[line];
    const uint32_t offset = AREA_SLOTS + line * AREA_SLOT + piece->at;

    piece->bytes = translation->code + offset;
    piece->of = part_of(block, piece->at);
    piece->leaves = false;
    piece->meaning[0] = '\0';
    x86_text_read(&piece->x86, piece->bytes, block->bytes - piece->at,
                  translation->address + offset);
    if (piece->x86.jumps) {
        explain_jump(piece, translation, line);
    } else if (strncmp(piece->x86.text, "jmp ", 4) == 0) {
        piece->leaves = true;
        snprintf(piece->meaning, sizeof(piece->meaning), "%s",
                 piece->x86.text[5] == 'c' ? "the line in rcx" : "the function in rdx");
    } else if (piece->x86.is_why && piece->x86.immediate >> 8 <= AREA_STEP &&
               (piece->x86.immediate & 0xff) < ABI_LINES) {
        snprintf(piece->meaning, sizeof(piece->meaning), "%s, line %u",
                 whys[piece->x86.immediate >> 8], (unsigned)(piece->x86.immediate & 0xff));
    }
}

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* For each piece of the block of line in turn. */
#define EACH_PIECE(piece, translation, block_line)                                                 \
    for (struct piece piece = {0}; piece.at < (translation)->made.blocks[block_line].bytes &&      \
                                   (read_piece(&piece, translation, block_line), true);            \
         piece.at += piece.x86.length)

static unsigned ways_out(const struct translation *translation, unsigned line)
{
    unsigned count = 0;

    EACH_PIECE (piece, translation, line)
        count += piece.leaves;
    return count;
}

/* Whether the word of the block's line is known: relied upon, or checked. */
static bool is_known(const struct translation_report *report, const struct abi_block *block,
                     unsigned line)
{
    return lines_have(block->depends, line) || report->engine == ENGINE_STATIC;
}

/* Prints a set of lines as "1-5, 8", or "none". */
static void print_lines(FILE *out, uint32_t set)
{
    const char *between = "";

    if (!set)
        fputs("none", out);
    for (unsigned line = 0; line < ABI_LINES; line++) {
        unsigned last = line;

        if (!lines_have(set, line))
            continue;
        while (last + 1 < ABI_LINES && lines_have(set, last + 1))
            last++;
        fprintf(out, "%s%u", between, line);
        if (last > line)
            fprintf(out, "%s%u", last > line + 1 ? "-" : ", ", last);
        between = ", ";
        line = last;
    }
}

static void print_fact(FILE *out, const char *what, uint32_t set)
{
    fprintf(out, "  %-31s ", what);
    print_lines(out, set);
    fputc('\n', out);
}

/* The SSEM instruction in 21 columns, or as many blanks. */
static void print_instruction(FILE *out, const struct translation_report *report,
                              const struct abi_block *block, int index)
{
    const struct abi_translation *made = &report->translation->made;
    const unsigned line = block->line[index];
    char text[8];

    if (is_known(report, block, line))
        fprintf(out, "  %2u %08" PRIx32 " %-6s ", line, made->store[line],
                isa_text(made->store[line], text));
    else
        fprintf(out, "  %2u %-15s ", line, "any word");
}

static void print_piece(FILE *out, const struct piece *piece)
{
    char bytes[2 * X86_TEXT_LENGTH + 1] = "";

    for (unsigned i = 0; i < piece->x86.length; i++)
        snprintf(bytes + 2 * i, 3, "%02x", piece->bytes[i]);
    fprintf(out, "%03x %-14s ", piece->at, bytes);
    if (piece->meaning[0])
        fprintf(out, "%-18s ; %s\n", piece->x86.text, piece->meaning);
    else
        fprintf(out, "%s\n", piece->x86.text);
}

static void print_block(FILE *out, const struct translation_report *report, unsigned line)
{
    const struct translation *translation = report->translation;
    const struct abi_block *block = &translation->made.blocks[line];
    const unsigned ways = ways_out(translation, line);
    int shown = -1;

    fprintf(out, "\nline %u: %u instruction%s in %u bytes, %.1f each; %u way%s out\n", line,
            (unsigned)block->count, plural(block->count), (unsigned)block->bytes,
            (double)block->bytes / block->count, ways, plural(ways));
    print_fact(out, "depends on lines", block->depends);
    print_fact(out, "compares before it would change", block->guards);
    print_fact(out, "writes without a look", block->stores);
    EACH_PIECE (piece, translation, line) {
        bool begins = false;

        while (shown < piece.of && shown + 1 < block->count) {
            print_instruction(out, report, block, ++shown);
            begins = shown == piece.of;
            if (!begins)
                fputs("-\n", out);
        }
        if (!begins)
            fprintf(out, "%21s", "");
        print_piece(out, &piece);
    }
}

void translation_text(FILE *out, const struct translation_report *report)
{
    const struct abi_translation *made = &report->translation->made;
    unsigned instructions = 0, bytes = 0, line;
    char number[TEXT_GROUPED];

    LINES_EACH (line, made->translated) {
        instructions += made->blocks[line].count;
        bytes += made->blocks[line].bytes;
    }
    const unsigned blocks = lines_count(made->translated);

    fprintf(out, "%s after %s instruction%s: %u block%s\n", config_engines[report->engine].name,
            text_grouped(report->executed, number), plural(report->executed), blocks,
            plural(blocks));
    if (instructions)
        fprintf(out, "  %-31s %u instruction%s in %u bytes, %.1f each\n", "in them", instructions,
                plural(instructions), bytes, (double)bytes / instructions);
    else if (report->engine != ENGINE_STATIC)
        fputs("  the run ended before anything was translated; --engine=static does it before\n",
              out);
    print_fact(out, "lines that a block depends on", made->depended);
    print_fact(out, "lines that none may depend on", made->restless);
    LINES_EACH (line, made->translated)
        print_block(out, report, line);
}

static json_t *lines_array(uint32_t set)
{
    json_t *array = json_array();
    unsigned line;

    LINES_EACH (line, set)
        json_array_append_new(array, json_integer(line));
    return array;
}

static json_t *hex_string(const uint8_t *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    static char text[2 * AREA_SIZE];

    for (size_t i = 0; i < count; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    return json_stringn(text, 2 * count);
}

static json_t *piece_object(const struct piece *piece)
{
    json_t *object = json_pack("{s:i, s:o, s:s, s:b}", "at", (int)piece->at, "bytes",
                               hex_string(piece->bytes, piece->x86.length), "text", piece->x86.text,
                               "leaves", piece->leaves);

    if (piece->meaning[0])
        json_object_set_new(object, "meaning", json_string(piece->meaning));
    return object;
}

/* The instruction, without its code; entry and ways out have none. */
static json_t *instruction_object(const struct translation_report *report,
                                  const struct abi_block *block, int index)
{
    const struct abi_translation *made = &report->translation->made;
    json_t *object = json_object();
    char text[8];

    if (index < 0 || index >= block->count) {
        json_object_set_new(object, "part", json_string(index < 0 ? "entry" : "ways out"));
    } else {
        const unsigned line = block->line[index];

        json_object_set_new(object, "part", json_string("instruction"));
        json_object_set_new(object, "line", json_integer(line));
        json_object_set_new(object, "relies", json_boolean(lines_have(block->depends, line)));
        if (is_known(report, block, line)) {
            json_object_set_new(object, "word", json_integer(isa_number(made->store[line])));
            json_object_set_new(object, "text", json_string(isa_text(made->store[line], text)));
        }
    }
    json_object_set_new(object, "x86", json_array());
    return object;
}

static json_t *block_object(const struct translation_report *report, unsigned line)
{
    const struct translation *translation = report->translation;
    const struct abi_block *block = &translation->made.blocks[line];
    json_t *parts = json_array();
    json_t *sizes = json_array();

    for (int i = -1; i <= block->count; i++)
        json_array_append_new(parts, instruction_object(report, block, i));
    for (int i = 0; i < block->count; i++)
        json_array_append_new(sizes, json_integer(block->size[i]));
    EACH_PIECE (piece, translation, line)
        json_array_append_new(json_object_get(json_array_get(parts, (size_t)(piece.of + 1)), "x86"),
                              piece_object(&piece));
    return json_pack(
        "{s:i, s:i, s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:o}", "line", (int)line, "instructions",
        (int)block->count, "bytes", (int)block->bytes, "entry", (int)block->entry, "ways_out",
        (int)ways_out(translation, line), "sizes", sizes, "depends", lines_array(block->depends),
        "guards", lines_array(block->guards), "stores", lines_array(block->stores), "parts", parts);
}

int translation_json(FILE *out, const struct translation_report *report, struct error *error)
{
    const struct translation *translation = report->translation;
    const struct abi_translation *made = &translation->made;
    struct baby state = {.a = 0};
    json_t *blocks = json_array();
    unsigned line;

    memcpy(state.store, made->store, sizeof(state.store));
    LINES_EACH (line, made->translated)
        json_array_append_new(blocks, block_object(report, line));
    return json_print(
        out,
        json_pack("{s:s, s:s, s:s, s:s, s:o, s:{s:I, s:i, s:i, s:i, s:i, s:i, s:o}, s:o, s:o, s:o,"
                  " s:o}",
                  "schema", "babyvisor/translation/1", "program", report->program, "engine",
                  config_engines[report->engine].name, "backend",
                  config_backends[report->backend].name, "executed",
                  json_unsigned(report->executed), "area", "address",
                  (json_int_t)translation->address, "enter", AREA_ROUTINES, "exit", AREA_EXIT,
                  "functions", AREA_FUNCTIONS, "slots", AREA_SLOTS, "slot", AREA_SLOT, "code",
                  hex_string(translation->code, sizeof(translation->code)), "depended",
                  lines_array(made->depended), "restless", lines_array(made->restless), "store",
                  json_store(&state), "blocks", blocks),
        error);
}
