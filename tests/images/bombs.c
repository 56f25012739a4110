/* Images that would cost their reader far more than they weigh, and those at the bounds.
 *
 * libelf copies what is not aligned and keeps it; it looks for the end of each name from the end of
 * the table; and it takes apart what is compressed. So each bomb here has many of something, or the
 * same bytes many times, or numbers that are not true. */
#include "images/bombs.h"

#include <string.h>

#include "vmm/image.h"

#define HUGE (1ull << 40)

/* count segments of notes over nearly the same size bytes, each a byte further, so that three of
 * four are not aligned. */
static void add_notes(struct craft *craft, size_t count, size_t size)
{
    const size_t at = craft_append(craft, NULL, size + count, 16, 1);
    Elf64_Phdr *added = craft_add_segments(craft, count);

    for (size_t i = 0; i < count; i++)
        added[i] = (Elf64_Phdr){
            .p_type = PT_NOTE, .p_offset = at + i, .p_filesz = size, .p_memsz = size, .p_align = 4};
    /* Ours comes last, so that all others are looked through. */
    Elf64_Phdr last = added[count - 1];

    added[count - 1] = *craft_segment(craft, 4);
    *craft_segment(craft, 4) = last;
}

static void notes_at_bound(struct craft *craft)
{
    add_notes(craft, IMAGE_HEADERS - craft_header(craft)->e_phnum, IMAGE_NOTES);
}

static void notes_too_many(struct craft *craft)
{
    add_notes(craft, IMAGE_HEADERS + 1u - craft_header(craft)->e_phnum, IMAGE_NOTES);
}

/* As many as there is room for, each with as many notes as there is room for. */
static void notes_of_all(struct craft *craft)
{
    add_notes(craft, 8000, 500 * 1024);
}

static void notes_too_long(struct craft *craft)
{
    add_notes(craft, 1, IMAGE_NOTES + 1);
}

/* More headers than the ELF header can count: their number is in section 0. */
static void headers_extended(struct craft *craft)
{
    craft_section(craft, 0)->sh_info = 18000;
    craft_add_segments(craft, 18000);
    craft_header(craft)->e_phnum = PN_XNUM;
}

static void header_size(struct craft *craft)
{
    craft_header(craft)->e_phentsize = 8;
}

static void headers_past_end(struct craft *craft)
{
    craft_header(craft)->e_phoff = craft->length - sizeof(Elf64_Phdr);
}

static void sections_at_bound(struct craft *craft)
{
    craft_add_sections(craft, IMAGE_HEADERS - (size_t)craft_header(craft)->e_shnum);
}

static void sections_too_many(struct craft *craft)
{
    craft_add_sections(craft, IMAGE_HEADERS + 1 - (size_t)craft_header(craft)->e_shnum);
}

static void sections_extended(struct craft *craft)
{
    craft_add_sections(craft, 16000);
    craft_section(craft, 0)->sh_size = 16000;
    craft_header(craft)->e_shnum = 0;
}

static void sections_billions(struct craft *craft)
{
    craft_section(craft, 0)->sh_size = HUGE;
    craft_header(craft)->e_shnum = 0;
}

static void section_size(struct craft *craft)
{
    craft_header(craft)->e_shentsize = 8;
}

static void sections_past_end(struct craft *craft)
{
    craft_header(craft)->e_shoff = craft->length - sizeof(Elf64_Shdr);
}

static void sections_none(struct craft *craft)
{
    craft_header(craft)->e_shnum = 0;
    craft_header(craft)->e_shoff = 0;
}

/* Gives the symbol table count functions of that size from the start of the image on, whose names
 * all begin with the string table. */
static void set_symbols(struct craft *craft, size_t count, size_t off, uint64_t size)
{
    const size_t at = craft_append(craft, NULL, count * sizeof(Elf64_Sym), 16, off);
    Elf64_Shdr *table = craft_find_section(craft, SHT_SYMTAB);
    const Elf64_Sym function = {
        .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), .st_value = ABI_BASE, .st_size = size};

    for (size_t i = 0; i < count; i++)
        memcpy(craft->bytes + at + i * sizeof(function), &function, sizeof(function));
    table->sh_offset = at;
    table->sh_size = count * sizeof(function);
}

/* A string table of one string that fills the file, and ends or does not. */
static void set_long_string(struct craft *craft, char end)
{
    const size_t size = 800 * 1024;
    const size_t at = craft_append(craft, NULL, size, 1, 0);
    Elf64_Shdr *strings = craft_section(craft, craft_find_section(craft, SHT_SYMTAB)->sh_link);

    memset(craft->bytes + at, 'x', size - 1);
    craft->bytes[at + size - 1] = end;
    strings->sh_offset = at;
    strings->sh_size = size;
}

static void symbols_at_bound(struct craft *craft)
{
    set_symbols(craft, IMAGE_SYMBOLS, 0, 1);
    set_long_string(craft, '\0');
}

static void symbols_misaligned(struct craft *craft)
{
    set_symbols(craft, IMAGE_SYMBOLS, 3, 1);
    set_long_string(craft, '\0');
}

static void symbols_too_many(struct craft *craft)
{
    set_symbols(craft, IMAGE_SYMBOLS + 1, 0, 1);
}

/* Each is the one that is looked for, until its name turns out to have no end. */
static void symbols_quadratic(struct craft *craft)
{
    set_symbols(craft, IMAGE_SYMBOLS, 0, HUGE);
    set_long_string(craft, 'x');
}

static void symbols_billions(struct craft *craft)
{
    craft_find_section(craft, SHT_SYMTAB)->sh_size = HUGE;
}

static void symbols_past_end(struct craft *craft)
{
    craft_find_section(craft, SHT_SYMTAB)->sh_offset = craft->length - sizeof(Elf64_Sym);
}

/* Symbol tables without number, over the same bytes. */
static void add_tables(struct craft *craft, size_t count)
{
    Elf64_Shdr *added = craft_add_sections(craft, count);

    for (size_t i = 0; i < count; i++)
        added[i] = *craft_find_section(craft, SHT_SYMTAB);
}

static void tables_two(struct craft *craft)
{
    add_tables(craft, 1);
}

static void tables_many(struct craft *craft)
{
    set_symbols(craft, IMAGE_SYMBOLS, 1, 1);
    add_tables(craft, 50);
}

static Elf64_Shdr *strings_of(struct craft *craft)
{
    return craft_section(craft, craft_find_section(craft, SHT_SYMTAB)->sh_link);
}

/* Claims to be a gigabyte once it is taken apart; a hundred bytes of zlib's would do for that. */
static void compress(Elf64_Shdr *section, struct craft *craft)
{
    const Elf64_Chdr header = {.ch_type = ELFCOMPRESS_ZLIB, .ch_size = 1 << 30, .ch_addralign = 1};

    section->sh_flags |= SHF_COMPRESSED;
    memcpy(craft->bytes + section->sh_offset, &header, sizeof(header));
}

static void strings_compressed(struct craft *craft)
{
    compress(strings_of(craft), craft);
}

static void section_compressed(struct craft *craft)
{
    Elf64_Shdr *added = craft_add_sections(craft, 1);

    *added = *strings_of(craft);
    added->sh_type = SHT_PROGBITS;
    added->sh_flags |= SHF_COMPRESSED;
}

static void strings_open(struct craft *craft)
{
    Elf64_Shdr *strings = strings_of(craft);

    craft->bytes[strings->sh_offset + strings->sh_size - 1] = 'x';
}

static void strings_empty(struct craft *craft)
{
    strings_of(craft)->sh_size = 0;
}

static void strings_past_end(struct craft *craft)
{
    strings_of(craft)->sh_offset = craft->length - 1;
}

static void strings_nowhere(struct craft *craft)
{
    strings_of(craft)->sh_offset = UINT64_MAX - 1;
}

static void strings_no_bits(struct craft *craft)
{
    strings_of(craft)->sh_type = SHT_NOBITS;
}

static void strings_of_symbols(struct craft *craft)
{
    Elf64_Shdr *symbols = craft_find_section(craft, SHT_SYMTAB);

    symbols->sh_link = (Elf64_Word)(symbols - craft_section(craft, 0));
}

static void strings_missing(struct craft *craft)
{
    craft_find_section(craft, SHT_SYMTAB)->sh_link = craft_header(craft)->e_shnum;
}

static Elf64_Sym *symbol(struct craft *craft, size_t n)
{
    return (Elf64_Sym *)(craft->bytes + craft_find_section(craft, SHT_SYMTAB)->sh_offset) + n;
}

static void name_outside(struct craft *craft)
{
    symbol(craft, 1)->st_name = (Elf64_Word)strings_of(craft)->sh_size;
}

static void name_at_end(struct craft *craft)
{
    symbol(craft, 1)->st_name = (Elf64_Word)strings_of(craft)->sh_size - 1;
}

/* Tables that are each other: what counts is that none is followed out of the file. */

static void headers_are_sections(struct craft *craft)
{
    craft_header(craft)->e_phoff = craft_header(craft)->e_shoff;
}

static void symbols_are_strings(struct craft *craft)
{
    const Elf64_Shdr *symbols;

    set_symbols(craft, 1000, 0, 1);
    symbols = craft_find_section(craft, SHT_SYMTAB);
    strings_of(craft)->sh_offset = symbols->sh_offset;
    strings_of(craft)->sh_size = symbols->sh_size;
}

static void symbols_are_sections(struct craft *craft)
{
    Elf64_Shdr *table = craft_find_section(craft, SHT_SYMTAB);

    table->sh_offset = craft_header(craft)->e_shoff;
    table->sh_size = sizeof(Elf64_Sym);
}

static void symbols_are_the_file(struct craft *craft)
{
    Elf64_Shdr *table = craft_find_section(craft, SHT_SYMTAB);

    table->sh_offset = 0;
    table->sh_size = craft->length / sizeof(Elf64_Sym) * sizeof(Elf64_Sym);
}

const struct bomb bombs[] = {
    {"notes_at_bound", notes_at_bound, NULL},
    {"notes_too_many", notes_too_many, "more than 64 program headers"},
    {"notes_of_all", notes_of_all, "more than 64 program headers"},
    {"notes_too_long", notes_too_long, "4097 bytes of notes, more than 4096"},
    {"headers_extended", headers_extended, "more than 64 program headers"},
    {"header_size", header_size, "program headers of 8 bytes, not 56"},
    {"headers_past_end", headers_past_end, "the program headers reach past the end"},
    {"sections_at_bound", sections_at_bound, NULL},
    {"sections_too_many", sections_too_many, "more than 64 sections"},
    {"sections_extended", sections_extended, "more than 64 sections"},
    {"sections_billions", sections_billions, "more than 64 sections"},
    {"section_size", section_size, "section headers of 8 bytes, not 64"},
    {"sections_past_end", sections_past_end, "the section headers reach past the end"},
    {"sections_none", sections_none, NULL},
    {"symbols_at_bound", symbols_at_bound, NULL},
    {"symbols_misaligned", symbols_misaligned, NULL},
    {"symbols_too_many", symbols_too_many, "more than 4096 symbols"},
    {"symbols_quadratic", symbols_quadratic, "are no string table"},
    {"symbols_billions", symbols_billions, "more than 4096 symbols"},
    {"symbols_past_end", symbols_past_end, "symbol 0 is broken"},
    {"tables_two", tables_two, "more than one symbol table"},
    {"tables_many", tables_many, "more than one symbol table"},
    {"strings_compressed", strings_compressed, ": compressed; strip it"},
    {"section_compressed", section_compressed, ": compressed; strip it"},
    {"strings_open", strings_open, "are no string table"},
    {"strings_empty", strings_empty, "are no string table"},
    {"strings_past_end", strings_past_end, "are no string table"},
    {"strings_nowhere", strings_nowhere, "are no string table"},
    {"strings_no_bits", strings_no_bits, "are no string table"},
    {"strings_of_symbols", strings_of_symbols, "are no string table"},
    {"strings_missing", strings_missing, "are no string table"},
    {"name_outside", name_outside, "symbol 1 is broken"},
    {"name_at_end", name_at_end, NULL},
    {"headers_are_sections", headers_are_sections, "no segment to load"},
    {"symbols_are_strings", symbols_are_strings, NULL},
    {"symbols_are_sections", symbols_are_sections, NULL},
    {"symbols_are_the_file", symbols_are_the_file, "symbol 0 is broken"},
};
const size_t bomb_count = sizeof(bombs) / sizeof(bombs[0]);
