/* Mutates images for libFuzzer as who knows ELF would: single fields of headers, notes and symbols
 * become numbers that mean something, and tables become longer than they were. */
#include <elf.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);

static uint64_t state;

/* Below n; Marsaglia's xorshift. */
static uint64_t pick(uint64_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % n;
}

/* What lies in the image, which may not: then its size is 0. */
struct place {
    uint64_t at, size;
};

static struct place place(uint64_t at, uint64_t size, size_t length)
{
    return at <= length && size <= length - at ? (struct place){at, size} : (struct place){0, 0};
}

/* A table, or what one of its headers is about. */
static struct place choose(const uint8_t *data, size_t size, const Elf64_Ehdr *header)
{
    const uint64_t segments = header->e_phnum * sizeof(Elf64_Phdr);
    const uint64_t sections = header->e_shnum * sizeof(Elf64_Shdr);
    Elf64_Phdr segment;
    Elf64_Shdr section;
    struct place table;

    switch (pick(5)) {
    case 0:
        return place(0, sizeof(*header), size);
    case 1:
        return place(header->e_phoff, segments, size);
    case 2:
        return place(header->e_shoff, sections, size);
    case 3:
        table = place(header->e_phoff, segments, size);
        if (table.size == 0)
            return table;
        memcpy(&segment, data + table.at + pick(header->e_phnum) * sizeof(segment),
               sizeof(segment));
        return place(segment.p_offset, segment.p_filesz < 256 ? segment.p_filesz : 256, size);
    default:
        table = place(header->e_shoff, sections, size);
        if (table.size == 0)
            return table;
        memcpy(&section, data + table.at + pick(header->e_shnum) * sizeof(section),
               sizeof(section));
        return place(section.sh_offset, section.sh_size < 4096 ? section.sh_size : 4096, size);
    }
}

static uint64_t choose_number(uint64_t before, size_t size, const Elf64_Ehdr *header)
{
    const uint64_t numbers[] = {
        0, 1, before + 1, before - 1, 2 * before, size, size - 1, header->e_phoff, header->e_shoff,
    };
    const size_t count = sizeof(numbers) / sizeof(numbers[0]);
    const size_t i = pick(count + 3);

    if (i < count)
        return numbers[i];
    return i == count ? 1ull << pick(64) : i == count + 1 ? (1ull << pick(64)) - 1 : pick(4200);
}

static void change_field(uint8_t *data, size_t size, const Elf64_Ehdr *header)
{
    const struct place at = choose(data, size, header);
    const size_t width = 1u << pick(4);
    uint64_t value = 0;

    if (at.size < width)
        return;
    data += at.at + pick(at.size / width) * width;
    memcpy(&value, data, width);
    value = choose_number(value, size, header);
    memcpy(data, &value, width);
}

/* Moves a table to the end, with each header once more or many times. */
static size_t grow_table(uint8_t *data, size_t size, size_t max, Elf64_Ehdr *header)
{
    const bool sections = pick(2);
    const size_t entry = sections ? sizeof(Elf64_Shdr) : sizeof(Elf64_Phdr);
    const size_t count = sections ? header->e_shnum : header->e_phnum;
    const struct place table =
        place(sections ? header->e_shoff : header->e_phoff, count * entry, size);
    const size_t more = 1 + pick(80), at = (size + 7) / 8 * 8;

    if (table.size == 0 || at + (count + more) * entry > max)
        return size;
    memset(data + size, 0, at - size);
    memcpy(data + at, data + table.at, table.size);
    for (size_t i = 0; i < more; i++)
        memcpy(data + at + (count + i) * entry, data + table.at + pick(count) * entry, entry);
    if (sections) {
        header->e_shoff = at;
        header->e_shnum = (Elf64_Half)(count + more);
    } else {
        header->e_phoff = at;
        header->e_phnum = (Elf64_Half)(count + more);
    }
    memcpy(data, header, sizeof(*header));
    return at + (count + more) * entry;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
    Elf64_Ehdr header;

    state = seed + 1ull;
    for (int i = 0; i < 4; i++)
        pick(2);
    if (size < sizeof(header) || pick(3) == 0)
        return LLVMFuzzerMutate(data, size, max);
    memcpy(&header, data, sizeof(header));
    if (pick(8) == 0)
        return grow_table(data, size, max, &header);
    for (uint64_t i = 1 + pick(3); i > 0; i--)
        change_field(data, size, &header);
    return size;
}
