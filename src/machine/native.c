/* The native backend: the guest's engines, the very same machine code, called in this process. */
#include "machine/native.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vmm/layout.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

/* There is one such mapping in a process, since its address is fixed. */
static struct native shared;
static unsigned users;

static void *address(uint64_t gva)
{
    return (void *)(uintptr_t)gva;
}

static int protection(unsigned flags)
{
    return PROT_READ | (flags & LAYOUT_WRITE ? PROT_WRITE : 0) |
           (flags & LAYOUT_EXECUTE ? PROT_EXEC : 0);
}

/* Maps size bytes at gva, of the memory behind fd or anonymous ones for -1. */
static int map(struct native *native, uint64_t gva, size_t size, int flags, int fd,
               struct error *error)
{
    const int kind = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
    void *wanted = address(gva);
    void *got = mmap(wanted, size, flags, kind | MAP_FIXED_NOREPLACE, fd, 0);
    int code = errno;

    if (got != MAP_FAILED && got != wanted) {
        munmap(got, size);
        got = MAP_FAILED;
        code = EEXIST;
    }
    if (got == MAP_FAILED)
        return error_set(error, STATUS_SYSTEM, code,
                         "backend native: address 0x%llx, where the engines have to be, %s%s",
                         (unsigned long long)gva,
                         code == EEXIST ? "is taken in this process" : "cannot be mapped: ",
                         code == EEXIST ? "" : strerror(code));
    native->mappings[native->count++] = (struct native_mapping){got, size};
    return 0;
}

static int map_segment(struct native *native, const struct image_segment *segment,
                       struct error *error)
{
    int result;

    if (!(segment->flags & LAYOUT_USER))
        return 0;
    result = map(native, segment->address, segment->size, PROT_READ | PROT_WRITE, -1, error);
    if (result < 0)
        return result;
    memcpy(address(segment->address), native->image.bytes + segment->offset, segment->filled);
    if (mprotect(address(segment->address), segment->size, protection(segment->flags)) < 0)
        return error_set(error, STATUS_SYSTEM, errno, "backend native: mprotect: %s",
                         strerror(errno));
    return 0;
}

static int make_memory(size_t size, struct error *error)
{
    int fd = memfd_create("babyvisor", MFD_CLOEXEC);
    int code;

    if (fd >= 0 && ftruncate(fd, (off_t)size) == 0)
        return fd;
    code = errno;
    if (fd >= 0)
        close(fd);
    return error_set(error, STATUS_SYSTEM, code, "backend native: memfd: %s", strerror(code));
}

/* The code cache of `dynamic`: one memory, writable here and executable there. */
static int map_cache(struct native *native, struct error *error)
{
    int fd = make_memory(ABI_CACHE_SIZE, error);
    int result;

    if (fd < 0)
        return fd;
    result = map(native, ABI_BASE + ABI_CACHE, ABI_CACHE_SIZE, PROT_READ | PROT_WRITE, fd, error);
    if (result == 0)
        result = map(native, ABI_BASE + ABI_CACHE_EXEC, ABI_CACHE_SIZE, PROT_READ | PROT_EXEC, fd,
                     error);
    close(fd);
    return result;
}

/* The pages of `static`: executable for the engine, writable for the translator alone. */
static int map_static(struct native *native, struct error *error)
{
    int fd = make_memory(ABI_STATIC_SIZE, error);
    int result;

    if (fd < 0)
        return fd;
    result = map(native, ABI_BASE + ABI_STATIC, ABI_STATIC_SIZE, PROT_READ | PROT_EXEC, fd, error);
    if (result == 0) {
        native->statics = mmap(NULL, ABI_STATIC_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (native->statics == MAP_FAILED) {
            native->statics = NULL;
            result =
                error_set(error, STATUS_SYSTEM, errno, "backend native: mmap: %s", strerror(errno));
        }
    }
    close(fd);
    return result;
}

static void unmap(struct native *native)
{
    while (native->count > 0) {
        native->count--;
        munmap(native->mappings[native->count].address, native->mappings[native->count].size);
    }
    if (native->statics)
        munmap(native->statics, ABI_STATIC_SIZE);
    native->statics = NULL;
    image_close(&native->image);
}

static int make(struct native *native, struct error *error)
{
    int result;

    *native = (struct native){0};
    result = image_open(&native->image, NULL, error);
    for (size_t i = 0; i < native->image.segment_count && result == 0; i++)
        result = map_segment(native, &native->image.segments[i], error);
    if (result == 0)
        result = map_cache(native, error);
    if (result == 0)
        result = map_static(native, error);
    if (result < 0)
        unmap(native);
    return result;
}

int native_open(struct native *native, struct error *error)
{
    int result = users ? 0 : make(&shared, error);

    if (result < 0)
        return result;
    users++;
    *native = shared;
    return 0;
}

enum stop native_run(const struct native *native, enum engine engine, struct baby *m,
                     uint64_t budget, struct abi_counters *counters)
{
    engine_run *const *engines = address(native->image.note.engines);
    struct abi_counters *counted = address(native->image.note.counters);
    enum stop stop;

    *counted = (struct abi_counters){0};
    stop = engines[engine](m, budget);
    *counters = *counted;
    return stop;
}

void native_close(struct native *native)
{
    *native = (struct native){0};
    if (--users == 0)
        unmap(&shared);
}
