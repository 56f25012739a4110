/* Guest images made wrong on purpose: the guest's own with more in it, or something else. */
#include "images/craft.h"

#include <stdlib.h>
#include <string.h>

#include "base/embedded.h"

void craft_guest(struct craft *craft)
{
    *craft = (struct craft){0};
    craft_append(craft, embedded_guest, (size_t)(embedded_guest_end - embedded_guest), 1, 0);
}

void craft_free(struct craft *craft)
{
    free(craft->bytes);
    *craft = (struct craft){0};
}

Elf64_Ehdr *craft_header(struct craft *craft)
{
    return (Elf64_Ehdr *)craft->bytes;
}

Elf64_Phdr *craft_segment(struct craft *craft, size_t n)
{
    return (Elf64_Phdr *)(craft->bytes + craft_header(craft)->e_phoff) + n;
}

Elf64_Shdr *craft_section(struct craft *craft, size_t n)
{
    return (Elf64_Shdr *)(craft->bytes + craft_header(craft)->e_shoff) + n;
}

size_t craft_append(struct craft *craft, const void *data, size_t size, size_t align, size_t off)
{
    const size_t at = (craft->length + align - 1) / align * align + off;
    char *longer = realloc(craft->bytes, at + size);

    if (!longer)
        abort();
    memset(longer + craft->length, 0, at + size - craft->length);
    if (data)
        memcpy(longer + at, data, size);
    craft->bytes = longer;
    craft->length = at + size;
    return at;
}

/* Moves the table of count headers of that size from offset old; returns where it is then. */
static size_t move_table(struct craft *craft, size_t old, size_t size, size_t count, size_t more)
{
    const size_t at = craft_append(craft, NULL, (count + more) * size, 8, 0);

    memcpy(craft->bytes + at, craft->bytes + old, count * size);
    return at;
}

Elf64_Phdr *craft_add_segments(struct craft *craft, size_t count)
{
    const size_t before = craft_header(craft)->e_phnum;
    const size_t at =
        move_table(craft, craft_header(craft)->e_phoff, sizeof(Elf64_Phdr), before, count);

    craft_header(craft)->e_phoff = at;
    craft_header(craft)->e_phnum = (uint16_t)(before + count);
    return craft_segment(craft, before);
}

Elf64_Shdr *craft_add_sections(struct craft *craft, size_t count)
{
    const size_t before = craft_header(craft)->e_shnum;
    const size_t at =
        move_table(craft, craft_header(craft)->e_shoff, sizeof(Elf64_Shdr), before, count);

    craft_header(craft)->e_shoff = at;
    craft_header(craft)->e_shnum = (uint16_t)(before + count);
    return craft_section(craft, before);
}

Elf64_Shdr *craft_find_section(struct craft *craft, unsigned type)
{
    for (size_t i = 0; i < craft_header(craft)->e_shnum; i++)
        if (craft_section(craft, i)->sh_type == type)
            return craft_section(craft, i);
    return NULL;
}
