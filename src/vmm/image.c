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

static int check_header(struct image *image, struct error *error)
{
    Elf *elf = image->elf;
    GElf_Ehdr header;

    if (elf_kind(elf) != ELF_K_ELF)
        return bad(image, error, "not an ELF file");
    if (gelf_getclass(elf) != ELFCLASS64)
        return bad(image, error, "not a 64-bit ELF file");
    if (!gelf_getehdr(elf, &header))
        return bad(image, error, "broken ELF header: %s", elf_errmsg(-1));
    if (header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_machine != EM_X86_64)
        return bad(image, error, "made for another machine (ELF machine %u), not for x86-64",
                   header.e_machine);
    if (header.e_type != ET_EXEC)
        return bad(image, error, "not a static executable (ELF type %u); link it with -static",
                   header.e_type);
    image->entry = header.e_entry;
    return 0;
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

/* Copies the descriptor of our note out of a PT_NOTE segment; false if it has none. */
static bool find_note(struct image *image, const GElf_Phdr *header, size_t *size)
{
    size_t at = 0;
    Elf_Data *data;

    if (!inside(header->p_offset, header->p_filesz, 0, image->length))
        return false;
    data = elf_getdata_rawchunk(image->elf, (int64_t)header->p_offset, header->p_filesz,
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
        return true;
    }
    return false;
}

static bool has_flags(const struct image *image, uint64_t gva, uint64_t size, unsigned flags)
{
    const struct image_segment *segment = image_segment(image, gva);

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
        return bad(image, error, "its note tells of %u engines, not %d",
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

static int check_segments(struct image *image, struct error *error)
{
    size_t count;
    size_t note_size = 0;
    bool has_note = false;

    if (elf_getphdrnum(image->elf, &count) < 0)
        return bad(image, error, "broken program headers: %s", elf_errmsg(-1));
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr header;
        int result = 0;

        if (!gelf_getphdr(image->elf, (int)i, &header))
            return bad(image, error, "segment %zu: broken program header: %s", i, elf_errmsg(-1));
        if (header.p_type == PT_LOAD)
            result = add_segment(image, (unsigned)i, &header, error);
        else if (header.p_type == PT_NOTE && !has_note)
            has_note = find_note(image, &header, &note_size);
        if (result < 0)
            return result;
    }
    if (image->segment_count == 0)
        return bad(image, error, "no segment to load");
    if (!has_note)
        return bad(image, error, "no %s note: it was not made for this program", ABI_NOTE_NAME);
    return check_note(image, note_size, error);
}

int image_parse(struct image *image, const char *name, const char *bytes, size_t length,
                struct error *error)
{
    *image = (struct image){.bytes = bytes, .length = length};
    error_escape(image->name, sizeof(image->name), name, strlen(name));
    if (elf_version(EV_CURRENT) == EV_NONE)
        return error_set(error, STATUS_INTERNAL, ENOSYS, "libelf: %s", elf_errmsg(-1));
    /* elf_memory() does not write to what it is given unless asked to update it. */
    image->elf = elf_memory((char *)(uintptr_t)bytes, length);
    if (!image->elf)
        return bad(image, error, "not an ELF file");

    int result = check_header(image, error);

    if (result == 0)
        result = check_segments(image, error);
    if (result < 0)
        image_close(image);
    return result;
}

int image_open(struct image *image, const char *path, struct error *error)
{
    struct file file;
    int result;

    if (!path)
        return image_parse(image, "embedded", embedded_guest,
                           (size_t)(embedded_guest_end - embedded_guest), error);
    result = file_read(&file, path, IMAGE_MAX, error);
    if (result < 0)
        return result;
    result = image_parse(image, path, file.bytes, file.length, error);
    if (result < 0)
        free(file.bytes);
    else
        image->owned = file.bytes;
    return result;
}

void image_close(struct image *image)
{
    elf_end(image->elf);
    free(image->owned);
    image->elf = NULL;
    image->owned = NULL;
}

const struct image_segment *image_segment(const struct image *image, uint64_t gva)
{
    for (size_t i = 0; i < image->segment_count; i++) {
        const struct image_segment *segment = &image->segments[i];

        if (gva >= segment->address && gva - segment->address < segment->size)
            return segment;
    }
    return NULL;
}

const char *image_symbol(const struct image *image, uint64_t gva, char *name, size_t size,
                         uint64_t *offset)
{
    Elf_Scn *section = NULL;

    name[0] = '\0';
    *offset = 0;
    while ((section = elf_nextscn(image->elf, section))) {
        GElf_Shdr header;
        Elf_Data *data;

        if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB)
            continue;
        data = elf_getdata(section, NULL);
        for (int i = 0; data && i < INT32_MAX; i++) {
            GElf_Sym symbol;
            const char *text;

            if (!gelf_getsym(data, i, &symbol))
                break;
            if (GELF_ST_TYPE(symbol.st_info) != STT_FUNC || gva < symbol.st_value ||
                gva - symbol.st_value >= symbol.st_size)
                continue;
            text = elf_strptr(image->elf, header.sh_link, symbol.st_name);
            if (!text)
                continue;
            *offset = gva - symbol.st_value;
            return error_escape(name, size, text, strnlen(text, size));
        }
    }
    return name;
}
