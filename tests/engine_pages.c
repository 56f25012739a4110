/* The pages that engines need besides the image's segments, mapped in this process. */
#include "engine_pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void *writable_static;

static void *map(uint64_t address, size_t size, int protection, int fd)
{
    void *wanted = (void *)(uintptr_t)address;
    void *got =
        mmap(wanted, size, protection, MAP_SHARED | (wanted ? MAP_FIXED_NOREPLACE : 0), fd, 0);

    if (got == MAP_FAILED || (wanted && got != wanted)) {
        perror("engine_pages: mmap");
        exit(1);
    }
    return got;
}

static int memory(size_t size)
{
    int fd = memfd_create("engine_pages", MFD_CLOEXEC);

    if (fd < 0 || ftruncate(fd, (off_t)size) < 0) {
        perror("engine_pages: memfd");
        exit(1);
    }
    return fd;
}

void engine_pages_map(void)
{
    int cache = memory(ABI_CACHE_SIZE);
    int code = memory(ABI_STATIC_SIZE);

    map(ABI_BASE + ABI_CACHE, ABI_CACHE_SIZE, PROT_READ | PROT_WRITE, cache);
    map(ABI_BASE + ABI_CACHE_EXEC, ABI_CACHE_SIZE, PROT_READ | PROT_EXEC, cache);
    map(ABI_BASE + ABI_STATIC, ABI_STATIC_SIZE, PROT_READ | PROT_EXEC, code);
    writable_static = map(0, ABI_STATIC_SIZE, PROT_READ | PROT_WRITE, code);
    close(cache);
    close(code);
}

void *engine_pages_static(void)
{
    return writable_static;
}
