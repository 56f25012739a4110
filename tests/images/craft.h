/* Guest images made wrong on purpose: the guest's own with more in it, or something else. */
#ifndef IMAGES_CRAFT_H
#define IMAGES_CRAFT_H

#include <elf.h>
#include <stddef.h>

#include "guest/abi.h"

/* An image in memory; craft_free() gives it back. Pointers into it last until something is added
 * to it. Nothing is checked: fields may be set to whatever is to be tried, after the tables that
 * they are about are in place. */
struct craft {
    char *bytes;
    size_t length;
};

/* A copy of the embedded guest, whose segments 0 to 3 are ring 0, text, read-only data and data; 4
 * is the note. */
void craft_guest(struct craft *craft);

void craft_free(struct craft *craft);

Elf64_Ehdr *craft_header(struct craft *craft);

/* The nth program header, the nth section header. */
Elf64_Phdr *craft_segment(struct craft *craft, size_t n);
Elf64_Shdr *craft_section(struct craft *craft, size_t n);

/* Adds size bytes at the end, zero or copied from data, at a multiple of align plus off; returns
 * their offset in the file. */
size_t craft_append(struct craft *craft, const void *data, size_t size, size_t align, size_t off);

/* Moves the table to the end, with so many more headers, all zero; returns the first of those. */
Elf64_Phdr *craft_add_segments(struct craft *craft, size_t count);
Elf64_Shdr *craft_add_sections(struct craft *craft, size_t count);

/* The section of this type that comes first, NULL if there is none. */
Elf64_Shdr *craft_find_section(struct craft *craft, unsigned type);

#endif
