/* Measures short jobs of different programs, by the guest images of other versions, too.
 *
 * Use: jobs RUNS BUDGET FILE..., each a babyvisor or a guest image. The engines `dynamic` and
 * `threaded` of each image are called in a process of their own, in turn, RUNS times; the medians
 * of its user time become jobs per second, and their ratios to the first row's. */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest/abi.h"
#include "guest/word.h"
#include "trial/random.h"

#define PROGRAMS     (1 << 14)
#define INSTRUCTIONS (1 << 26) /* of a run, if no program stops */
#define MOST_FILES   8

static struct baby programs[PROGRAMS];

static _Noreturn void fail(const char *file, const char *why)
{
    fprintf(stderr, "jobs: %s: %s\n", file, why);
    exit(1);
}

/* The guest image in the file: the ELF file in it that is loaded where the guest's memory is. */
static const uint8_t *find_image(const char *file)
{
    const int fd = open(file, O_RDONLY);
    struct stat stat;
    const uint8_t *bytes;

    if (fd < 0 || fstat(fd, &stat) < 0)
        fail(file, "cannot be read");
    bytes = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (bytes == MAP_FAILED)
        fail(file, "cannot be mapped");
    for (size_t at = 0; at + sizeof(Elf64_Ehdr) <= (size_t)stat.st_size; at++) {
        const Elf64_Ehdr *elf = (const Elf64_Ehdr *)(const void *)(bytes + at);

        if (memcmp(elf->e_ident, ELFMAG, SELFMAG) == 0 && elf->e_entry > ABI_BASE &&
            elf->e_entry < ABI_BASE + ABI_IMAGE_END)
            return bytes + at;
    }
    fail(file, "has no guest image");
}

static uint8_t *map(uint64_t address, size_t size, int protection, int fd)
{
    uint8_t *wanted = (uint8_t *)(uintptr_t)address;

    if (mmap(wanted, size, protection,
             MAP_FIXED | (fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED), fd, 0) != wanted)
        fail("memory", "cannot be mapped");
    return wanted;
}

/* Finds the guest's own note among those of the segment. */
static void find_note(struct abi_note *note, const uint8_t *notes, size_t size)
{
    while (size >= sizeof(Elf64_Nhdr)) {
        const Elf64_Nhdr *header = (const Elf64_Nhdr *)(const void *)notes;
        const size_t before = sizeof(*header) + ((header->n_namesz + 3) & ~3u);
        const size_t whole = before + ((header->n_descsz + 3) & ~3u);

        if (whole > size)
            return;
        if (header->n_descsz == sizeof(*note) && header->n_type == ABI_NOTE_TYPE)
            memcpy(note, notes + before, sizeof(*note));
        notes += whole;
        size -= whole;
    }
}

/* Maps ring 3 of the image and the code cache as the native backend does. Returns its engines. */
static engine_run *const *map_image(const uint8_t *image)
{
    const Elf64_Ehdr *elf = (const Elf64_Ehdr *)(const void *)image;
    const Elf64_Phdr *segment = (const Elf64_Phdr *)(const void *)(image + elf->e_phoff);
    const int cache = memfd_create("cache", 0);
    struct abi_note note = {0};

    for (int i = 0; i < elf->e_phnum; i++, segment++) {
        const uint64_t offset = segment->p_vaddr % ABI_PAGE;

        if (segment->p_type == PT_NOTE)
            find_note(&note, image + segment->p_offset, segment->p_filesz);
        if (segment->p_type != PT_LOAD || segment->p_flags & ABI_PF_SUPERVISOR)
            continue;
        memcpy(
            map(segment->p_vaddr - offset, segment->p_memsz + offset, PROT_READ | PROT_WRITE, -1) +
                offset,
            image + segment->p_offset, segment->p_filesz);
        if (segment->p_flags & PF_X)
            mprotect((void *)(uintptr_t)(segment->p_vaddr - offset), segment->p_memsz + offset,
                     PROT_READ | PROT_EXEC);
    }
    if (cache < 0 || ftruncate(cache, ABI_CACHE_SIZE) < 0)
        fail("memory", "cannot be made");
    map(ABI_BASE + ABI_CACHE, ABI_CACHE_SIZE, PROT_READ | PROT_WRITE, cache);
    map(ABI_BASE + ABI_CACHE_EXEC, ABI_CACHE_SIZE, PROT_READ | PROT_EXEC, cache);
    return (engine_run *const *)(uintptr_t)note.engines;
}

/* Jobs per second of user time. */
static double measure(const char *file, enum engine engine, uint64_t budget)
{
    const unsigned rounds = (unsigned)(INSTRUCTIONS / PROGRAMS / budget) + 1;
    struct rusage usage;
    pid_t child;
    int status;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        engine_run *run = map_image(find_image(file))[engine];

        for (unsigned round = 0; round < rounds; round++)
            for (unsigned i = 0; i < PROGRAMS; i++) {
                struct baby m = programs[i];

                run(&m, budget);
            }
        _exit(0);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
        fail(file, "its engines failed");
    return (double)rounds * PROGRAMS /
           ((double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    static const struct {
        enum engine engine;
        const char *name;
    } engines[] = {{ENGINE_DYNAMIC, "dynamic"}, {ENGINE_THREADED, "threaded"}};
    const int runs = argc > 3 ? atoi(argv[1]) : 0;
    const uint64_t budget = argc > 3 ? strtoull(argv[2], NULL, 10) : 0;
    double *rates[MOST_FILES][2], first = 0;
    uint64_t random = 1948;

    if (runs < 1 || budget < 1 || argc > 3 + MOST_FILES) {
        fprintf(stderr, "usage: jobs RUNS BUDGET FILE...\n");
        return 64;
    }
    /* Seven instructions, and JMP 0 on all other lines. */
    for (unsigned i = 0; i < PROGRAMS; i++)
        for (unsigned line = 1; line < 8; line++)
            programs[i].store[line] =
                word_make((enum word_function)random_below(&random, WORD_FUNCTIONS),
                          random_below(&random, ABI_LINES));
    for (int file = 0; file < argc - 3; file++)
        for (int i = 0; i < 2; i++)
            rates[file][i] = calloc((size_t)runs, sizeof(double));
    for (int round = 0; round < runs; round++)
        for (int file = 0; file < argc - 3; file++)
            for (int i = 0; i < 2; i++)
                rates[file][i][round] = measure(argv[3 + file], engines[i].engine, budget);
    printf("%-40s %-10s %14s %8s\n", "jobs of different programs", "engine", "million jobs/s",
           "ratio");
    for (int file = 0; file < argc - 3; file++)
        for (int i = 0; i < 2; i++) {
            double *of = rates[file][i];

            qsort(of, (size_t)runs, sizeof(*of), compare);
            if (first == 0)
                first = of[runs / 2];
            printf("%-40.40s %-10s %14.2f %8.2f\n", argv[3 + file], engines[i].name,
                   of[runs / 2] / 1e6, of[runs / 2] / first);
        }
    return 0;
}
