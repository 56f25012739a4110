/* The native backend: the guest's engines, the very same machine code, called in this process. */
#include "native.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "vmm/layout.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

static void *address(uint64_t gva)
{
    return (void *)(uintptr_t)gva;
}

static bool is_engine_segment(const struct image_segment *segment)
{
    return segment->flags & LAYOUT_USER;
}

static int protection(unsigned flags)
{
    return PROT_READ | (flags & LAYOUT_WRITE ? PROT_WRITE : 0) |
           (flags & LAYOUT_EXECUTE ? PROT_EXEC : 0);
}

static int map_segment(const struct native *native, const struct image_segment *segment,
                       struct error *error)
{
    void *wanted = address(segment->address);
    void *got = mmap(wanted, segment->size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    int code = errno;

    if (got != MAP_FAILED && got != wanted) {
        munmap(got, segment->size);
        got = MAP_FAILED;
        code = EEXIST;
    }
    if (got == MAP_FAILED)
        return error_set(error, STATUS_SYSTEM, code,
                         "backend native: address 0x%llx, where the engines have to be, %s%s",
                         (unsigned long long)segment->address,
                         code == EEXIST ? "is taken in this process" : "cannot be mapped: ",
                         code == EEXIST ? "" : strerror(code));
    memcpy(got, native->image.bytes + segment->offset, segment->filled);
    if (mprotect(got, segment->size, protection(segment->flags)) < 0) {
        code = errno;
        munmap(got, segment->size);
        return error_set(error, STATUS_SYSTEM, code, "backend native: mprotect: %s",
                         strerror(code));
    }
    return 0;
}

int native_open(struct native *native, struct error *error)
{
    int result;

    *native = (struct native){0};
    result = image_open(&native->image, NULL, error);
    for (; result == 0 && native->mapped < native->image.segment_count; native->mapped++)
        if (is_engine_segment(&native->image.segments[native->mapped])) {
            result = map_segment(native, &native->image.segments[native->mapped], error);
            if (result < 0)
                break;
        }
    if (result < 0)
        native_close(native);
    return result;
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
    for (size_t i = 0; i < native->mapped; i++)
        if (is_engine_segment(&native->image.segments[i]))
            munmap(address(native->image.segments[i].address), native->image.segments[i].size);
    image_close(&native->image);
    native->mapped = 0;
}
