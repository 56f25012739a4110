/* Reads a guest image with libelf and refuses whatever could not be mapped safely. */
#include "vmm/image.h"

#include <errno.h>
#include <gelf.h>
#include <libelf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/embedded.h"
#include "base/file.h"
#include "vmm/layout.h"

__attribute__((format(printf, 3, 4))) static int bad(const struct image *image, struct error *error,
                                                     const char *format, ...)
{
    va_list arguments;
    char text[256];

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    return error_set(error, STATUS_DATA, EINVAL, "%s: guest image: %s", image->name, text);
}

static bool inside(uint64_t start, uint64_t size, uint64_t low, uint64_t high)
{
    return start >= low && start <= high && size <= high - start;
}

/* What libelf would allocate for, before it sees the file: the numbers of headers. Those that the
 * ELF header has no room for are in a section (gABI, e_phnum and e_shnum), and too many here. */
static int check_tables(const struct image *image, const Elf64_Ehdr *header, struct error *error)
{
    const unsigned sections = header->e_shnum || !header->e_shoff ? header->e_shnum : UINT16_MAX;

    if (header->e_phnum > IMAGE_HEADERS)
        return bad(image, error, "more than %d program headers", IMAGE_HEADERS);
    if (header->e_phnum && header->e_phentsize != sizeof(Elf64_Phdr))
        return bad(image, error, "program headers of %u bytes, not %zu", header->e_phentsize,
                   sizeof(Elf64_Phdr));
    if (!inside(header->e_phoff, header->e_phnum * sizeof(Elf64_Phdr), 0, image->length))
        return bad(image, error, "the program headers reach past the end of the file");
    if (sections > IMAGE_HEADERS)
        return bad(image, error, "more than %d sections; strip it", IMAGE_HEADERS);
    if (sections && header->e_shentsize != sizeof(Elf64_Shdr))
        return bad(image, error, "section headers of %u bytes, not %zu", header->e_shentsize,
                   sizeof(Elf64_Shdr));
    if (!inside(header->e_shoff, sections * sizeof(Elf64_Shdr), 0, image->length))
        return bad(image, error, "the section headers reach past the end of the file; strip it");
    return 0;
}

static int check_header(struct image *image, struct error *error)
{
    Elf64_Ehdr header;

    if (image->length < SELFMAG || memcmp(image->bytes, ELFMAG, SELFMAG) != 0)
        return bad(image, error, "not an ELF file");
    if (image->length < sizeof(header))
        return bad(image, error, "cut off within the ELF header");
    memcpy(&header, image->bytes, sizeof(header));
    if (header.e_ident[EI_CLASS] != ELFCLASS64)
        return bad(image, error, "not a 64-bit ELF file");
    if (header.e_ident[EI_DATA] != ELFDATA2LSB)
        return bad(image, error, "made for another machine (big-endian), not for x86-64");
    if (header.e_machine != EM_X86_64)
        return bad(image, error, "made for another machine (ELF machine %u), not for x86-64",
                   header.e_machine);
    if (header.e_type != ET_EXEC)
        return bad(image, error, "not a static executable (ELF type %u); link it with -static",
                   header.e_type);
    image->entry = header.e_entry;
    return check_tables(image, &header, error);
}

/* Whether two segments have a page in common. */
static bool overlap(const struct image_segment *a, const struct image_segment *b)
{
    return a->address / ABI_PAGE <= (b->address + b->size - 1) / ABI_PAGE &&
           b->address / ABI_PAGE <= (a->address + a->size - 1) / ABI_PAGE;
}

static int add_segment(struct image *image, unsigned index, const GElf_Phdr *header,
                       struct error *error)
{
    const uint64_t low = ABI_BASE + ABI_IMAGE;
    const uint64_t high = ABI_BASE + ABI_IMAGE_END;

    if (header->p_filesz > header->p_memsz)
        return bad(image, error, "segment %u: more bytes in the file than in memory", index);
    if (!inside(header->p_offset, header->p_filesz, 0, image->length))
        return bad(image, error, "segment %u: reaches past the end of the file", index);
    if (header->p_memsz == 0)
        return 0;
    if (header->p_vaddr + header->p_memsz < header->p_vaddr)
        return bad(image, error, "segment %u: wraps around the end of the address space", index);
    if (!inside(header->p_vaddr, header->p_memsz, low, high))
        return bad(image, error,
                   "segment %u: 0x%llx to 0x%llx is outside of 0x%llx to 0x%llx, the image's part "
                   "of guest memory",
                   index, (unsigned long long)header->p_vaddr,
                   (unsigned long long)(header->p_vaddr + header->p_memsz), (unsigned long long)low,
                   (unsigned long long)high);
    if (header->p_vaddr % ABI_PAGE)
        return bad(image, error, "segment %u: does not begin at a page boundary", index);
    if ((header->p_flags & PF_W) && (header->p_flags & PF_X))
        return bad(image, error, "segment %u: both writable and executable", index);
    if (image->segment_count == IMAGE_SEGMENTS)
        return bad(image, error, "segment %u: more than %d segments to load", index,
                   IMAGE_SEGMENTS);

    struct image_segment *segment = &image->segments[image->segment_count];

    *segment = (struct image_segment){
        .index = index,
        .flags = LAYOUT_MAPPED | (header->p_flags & PF_W ? LAYOUT_WRITE : 0) |
                 (header->p_flags & PF_X ? LAYOUT_EXECUTE : 0) |
                 (header->p_flags & ABI_PF_SUPERVISOR ? 0 : LAYOUT_USER),
        .address = header->p_vaddr,
        .size = header->p_memsz,
        .offset = header->p_offset,
        .filled = header->p_filesz,
    };
    for (size_t i = 0; i < image->segment_count; i++)
        if (overlap(segment, &image->segments[i]))
            return bad(image, error, "segment %u: shares a page with segment %u", index,
                       image->segments[i].index);
    image->segment_count++;
    return 0;
}

/* Looks for our note in a PT_NOTE segment and copies its descriptor, whose size goes to *size.
 * Returns 1, 0 if it is not there, or -errno. libelf copies what is not aligned. */
static int find_note(struct image *image, Elf *elf, unsigned index, const GElf_Phdr *header,
                     size_t *size, struct error *error)
{
    size_t at = 0;
    Elf_Data *data;

    if (!inside(header->p_offset, header->p_filesz, 0, image->length))
        return bad(image, error, "segment %u: reaches past the end of the file", index);
    if (header->p_filesz > IMAGE_NOTES)
        return bad(image, error, "segment %u: %llu bytes of notes, more than %d", index,
                   (unsigned long long)header->p_filesz, IMAGE_NOTES);
    data = elf_getdata_rawchunk(elf, (int64_t)header->p_offset, header->p_filesz,
                                header->p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR);
    while (data && at < data->d_size) {
        GElf_Nhdr note;
        size_t name, descriptor;

        at = gelf_getnote(data, at, &note, &name, &descriptor);
        if (at == 0)
            break;
        if (note.n_type != ABI_NOTE_TYPE || note.n_namesz != sizeof(ABI_NOTE_NAME) ||
            memcmp((char *)data->d_buf + name, ABI_NOTE_NAME, sizeof(ABI_NOTE_NAME)) != 0)
            continue;
        *size = note.n_descsz;
        memset(&image->note, 0, sizeof(image->note));
        memcpy(&image->note, (char *)data->d_buf + descriptor,
               note.n_descsz < sizeof(image->note) ? note.n_descsz : sizeof(image->note));
        return 1;
    }
    return 0;
}

/* The segment that gva lies in, NULL for none. */
static const struct image_segment *find_segment(const struct image *image, uint64_t gva)
{
    for (size_t i = 0; i < image->segment_count; i++) {
        const struct image_segment *segment = &image->segments[i];

        if (gva >= segment->address && gva - segment->address < segment->size)
            return segment;
    }
    return NULL;
}

static bool has_flags(const struct image *image, uint64_t gva, uint64_t size, unsigned flags)
{
    const struct image_segment *segment = find_segment(image, gva);

    return segment && segment->flags == flags && size <= segment->size - (gva - segment->address);
}

static int check_note(const struct image *image, size_t size, struct error *error)
{
    const struct abi_note *note = &image->note;
    const unsigned ring0 = LAYOUT_MAPPED | LAYOUT_EXECUTE;
    const unsigned ring3 = LAYOUT_MAPPED | LAYOUT_EXECUTE | LAYOUT_USER;

    if (size < sizeof(note->version) || note->version != ABI_VERSION)
        return bad(image, error, "made for ABI version %u, this program speaks version %d",
                   (unsigned)note->version, ABI_VERSION);
    if (size != sizeof(*note))
        return bad(image, error, "its note has %zu bytes, not %zu", size, sizeof(*note));
    if (note->engine_count != ENGINE_COUNT)
        return bad(image, error, "its note lists %u engines, expected %d",
                   (unsigned)note->engine_count, ENGINE_COUNT);
    if (!has_flags(image, image->entry, 1, ring0))
        return bad(image, error, "its entry point is not in a ring-0 segment of code");
    if (!has_flags(image, note->fault_stubs, ABI_VECTORS * ABI_FAULT_STUB_SIZE, ring0))
        return bad(image, error, "its fault stubs are not in a ring-0 segment of code");
    if (!has_flags(image, note->ring3_entry, 1, ring3))
        return bad(image, error, "its ring-3 entry is not in a ring-3 segment of code");
    if (!has_flags(image, note->engines, ENGINE_COUNT * sizeof(uint64_t),
                   LAYOUT_MAPPED | LAYOUT_USER))
        return bad(image, error, "its table of engines is not in a read-only ring-3 segment");
    if (!has_flags(image, note->counters, sizeof(struct abi_counters),
                   LAYOUT_MAPPED | LAYOUT_WRITE | LAYOUT_USER))
        return bad(image, error, "its counters are not in a writable ring-3 segment");
    return 0;
}

static int check_segments(struct image *image, Elf *elf, struct error *error)
{
    size_t count;
    size_t note_size = 0;
    int has_note = 0;

    if (elf_getphdrnum(elf, &count) < 0)
        return bad(image, error, "broken program headers: %s", elf_errmsg(-1));
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr header;
        int result = 0;

        if (!gelf_getphdr(elf, (int)i, &header))
            return bad(image, error, "segment %zu: broken program header: %s", i, elf_errmsg(-1));
        if (header.p_type == PT_LOAD)
            result = add_segment(image, (unsigned)i, &header, error);
        else if (header.p_type == PT_NOTE && !has_note)
            result = has_note = find_note(image, elf, (unsigned)i, &header, &note_size, error);
        if (result < 0)
            return result;
    }
    if (image->segment_count == 0)
        return bad(image, error, "no segment to load");
    if (!has_note)
        return bad(image, error, "no %s note: it was not made for this program", ABI_NOTE_NAME);
    return check_note(image, note_size, error);
}

/* The string table of the symbols, or NULL. It ends with a NUL, so that all strings in it do. */
static const char *find_strings(const struct image *image, Elf *elf, size_t index, size_t *size)
{
    GElf_Shdr header;

    if (!gelf_getshdr(elf_getscn(elf, index), &header) || header.sh_type != SHT_STRTAB ||
        header.sh_size == 0 || !inside(header.sh_offset, header.sh_size, 0, image->length) ||
        image->bytes[header.sh_offset + header.sh_size - 1] != '\0')
        return NULL;
    *size = header.sh_size;
    return image->bytes + header.sh_offset;
}

/* Keeps what is a function of the symbol table. */
static int read_symbols(struct image *image, Elf *elf, Elf_Scn *section, const GElf_Shdr *header,
                        struct error *error)
{
    const size_t count = header->sh_size / sizeof(Elf64_Sym);
    size_t strings_size;
    const char *strings = find_strings(image, elf, header->sh_link, &strings_size);
    Elf_Data *data;

    if (image->functions)
        return bad(image, error, "more than one symbol table; strip it");
    if (count > IMAGE_SYMBOLS)
        return bad(image, error, "more than %d symbols; strip it", IMAGE_SYMBOLS);
    if (!strings)
        return bad(image, error, "the names of its symbols are no string table; strip it");
    data = elf_getdata(section, NULL);
    image->functions = calloc(count + 1, sizeof(*image->functions));
    if (!image->functions)
        return error_memory(error);
    for (size_t i = 0; i < count; i++) {
        GElf_Sym symbol;

        if (!gelf_getsym(data, (int)i, &symbol) || symbol.st_name >= strings_size)
            return bad(image, error, "symbol %zu is broken; strip it", i);
        if (GELF_ST_TYPE(symbol.st_info) == STT_FUNC)
            image->functions[image->function_count++] =
                (struct image_function){symbol.st_value, symbol.st_size, strings + symbol.st_name};
    }
    return 0;
}

static int check_sections(struct image *image, Elf *elf, struct error *error)
{
    Elf_Scn *section = NULL;
    int result = 0;

    while (result == 0 && (section = elf_nextscn(elf, section))) {
        GElf_Shdr header;

        if (!gelf_getshdr(section, &header))
            return bad(image, error, "section %zu: broken section header: %s", elf_ndxscn(section),
                       elf_errmsg(-1));
        if (header.sh_flags & SHF_COMPRESSED)
            return bad(image, error, "section %zu: compressed; strip it, or link it without -gz",
                       elf_ndxscn(section));
        if (header.sh_type == SHT_SYMTAB)
            result = read_symbols(image, elf, section, &header, error);
    }
    return result;
}

int image_check(struct image *image, struct error *error)
{
    Elf *elf;
    int result;

    if (elf_version(EV_CURRENT) == EV_NONE)
        result = error_set(error, STATUS_INTERNAL, ENOSYS, "libelf: %s", elf_errmsg(-1));
    else
        result = check_header(image, error);
    if (result < 0) {
        image_close(image);
        return result;
    }
    /* elf_memory() does not write to what it is given unless asked to update it. */
    elf = elf_memory((char *)(uintptr_t)image->bytes, image->length);
    if (elf_kind(elf) != ELF_K_ELF)
        result = bad(image, error, "broken ELF header");
    if (result == 0)
        result = check_segments(image, elf, error);
    if (result == 0)
        result = check_sections(image, elf, error);
    elf_end(elf);
    if (result < 0)
        image_close(image);
    return result;
}

static void set(struct image *image, const char *name, const char *bytes, size_t length)
{
    *image = (struct image){.bytes = bytes, .length = length};
    error_escape(image->name, sizeof(image->name), name, strlen(name));
}

int image_parse(struct image *image, const char *name, const char *bytes, size_t length,
                struct error *error)
{
    set(image, name, bytes, length);
    return image_check(image, error);
}

const char image_writing[] = "embedded, writing";

int image_fetch(struct image *image, const char *path, struct error *error)
{
    struct file file;
    int result;

    if (!path) {
        set(image, "embedded", embedded_guest, (size_t)(embedded_guest_end - embedded_guest));
        return 0;
    }
    if (path == image_writing) {
        set(image, path, embedded_writing, (size_t)(embedded_writing_end - embedded_writing));
        return 0;
    }
    result = file_read(&file, path, IMAGE_MAX, error);
    if (result < 0)
        return result;
    set(image, path, file.bytes, file.length);
    image->owned = file.bytes;
    return 0;
}

int image_open(struct image *image, const char *path, struct error *error)
{
    int result = image_fetch(image, path, error);

    return result < 0 ? result : image_check(image, error);
}

void image_close(struct image *image)
{
    free(image->functions);
    free(image->owned);
    image->functions = NULL;
    image->owned = NULL;
}

const char *image_symbol(const struct image *image, uint64_t gva, char *name, size_t size,
                         uint64_t *offset)
{
    name[0] = '\0';
    *offset = 0;
    for (size_t i = 0; i < image->function_count; i++) {
        const struct image_function *function = &image->functions[i];

        if (gva - function->address >= function->size)
            continue;
        *offset = gva - function->address;
        return error_escape(name, size, function->name, strnlen(function->name, size));
    }
    return name;
}
