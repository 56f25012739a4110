/* The native backend: the guest's engines, the very same machine code, called in this process. */
#include "machine/native.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "machine/static_translate.h"
#include "vmm/image.h"
#include "vmm/layout.h"
#include "vmm/watchdog.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

/* Addresses at which something is mapped: every ring-3 segment, the code cache, twice, and the
 * static translation. */
#define MAPPINGS (IMAGE_SEGMENTS + 3)

/* There is one such mapping in a process, since its address is fixed. */
static struct {
    unsigned users;
    struct image image;
    size_t count;
    struct {
        void *address;
        size_t size;
    } mappings[MAPPINGS];
    bool has_cache, has_static;
    void *statics; /* the static translation once more, writable; NULL once it is sealed */
} native;

static void *address(uint64_t gva)
{
    return (void *)(uintptr_t)gva;
}

static int protection(unsigned flags)
{
    return PROT_READ | (flags & LAYOUT_WRITE ? PROT_WRITE : 0) |
           (flags & LAYOUT_EXECUTE ? PROT_EXEC : 0);
}

/* Maps size bytes at gva, of the memory of fd or anonymous ones for -1. */
static int map(uint64_t gva, size_t size, int flags, int fd, struct error *error)
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
                         "backend native: address 0x%llx, where the engines must be, %s%s",
                         (unsigned long long)gva,
                         code == EEXIST ? "is taken in this process" : "cannot be mapped: ",
                         code == EEXIST ? "" : strerror(code));
    native.mappings[native.count].address = got;
    native.mappings[native.count++].size = size;
    return 0;
}

static void fill_segment(const struct image_segment *segment)
{
    uint8_t *memory = address(segment->address);

    memcpy(memory, native.image.bytes + segment->offset, segment->filled);
    memset(memory + segment->filled, 0, segment->size - segment->filled);
}

static int map_segment(const struct image_segment *segment, struct error *error)
{
    int result;

    if (!(segment->flags & LAYOUT_USER))
        return 0;
    result = map(segment->address, segment->size, PROT_READ | PROT_WRITE, -1, error);
    if (result < 0)
        return result;
    fill_segment(segment);
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
static int map_cache(struct error *error)
{
    int fd = make_memory(ABI_CACHE_SIZE, error);
    int result;

    if (fd < 0)
        return fd;
    result = map(ABI_BASE + ABI_CACHE, ABI_CACHE_SIZE, PROT_READ | PROT_WRITE, fd, error);
    if (result == 0)
        result = map(ABI_BASE + ABI_CACHE_EXEC, ABI_CACHE_SIZE, PROT_READ | PROT_EXEC, fd, error);
    close(fd);
    native.has_cache = result == 0;
    return result;
}

/* The pages of `static`: executable for the engine, writable for the translator alone. */
static int map_static(struct error *error)
{
    int fd = make_memory(ABI_STATIC_SIZE, error);
    void *writable;
    int result;

    if (fd < 0)
        return fd;
    writable = mmap(NULL, ABI_STATIC_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    result =
        writable == MAP_FAILED
            ? error_set(error, STATUS_SYSTEM, errno, "backend native: mmap: %s", strerror(errno))
            : map(ABI_BASE + ABI_STATIC, ABI_STATIC_SIZE, PROT_READ | PROT_EXEC, fd, error);
    close(fd);
    if (result == 0)
        native.statics = writable;
    else if (writable != MAP_FAILED)
        munmap(writable, ABI_STATIC_SIZE);
    native.has_static = result == 0;
    return result;
}

static void unmap(void)
{
    native_seal();
    while (native.count > 0) {
        native.count--;
        munmap(native.mappings[native.count].address, native.mappings[native.count].size);
    }
    native.has_cache = native.has_static = false;
    image_close(&native.image);
}

/* What the engines have in common. */
static int map_image(struct error *error)
{
    int result = image_open(&native.image, NULL, error);

    for (size_t i = 0; result == 0 && i < native.image.segment_count; i++)
        result = map_segment(&native.image.segments[i], error);
    return result;
}

int native_open(enum engine engine, struct error *error)
{
    int result = native.users ? 0 : map_image(error);

    if (result == 0 && (LAYOUT_CACHE_ENGINES >> engine & 1) && !native.has_cache)
        result = map_cache(error);
    if (result == 0 && engine == ENGINE_STATIC && !native.has_static)
        result = map_static(error);
    if (result == 0)
        native.users++;
    else if (native.users == 0)
        unmap();
    return result;
}

void native_prepare(const struct baby *start)
{
    if (native.statics)
        static_translate(native.statics, start);
}

void native_seal(void)
{
    if (native.statics)
        munmap(native.statics, ABI_STATIC_SIZE);
    native.statics = NULL;
}

struct call {
    engine_run *engine;
    struct baby *m;
    uint64_t budget;
    enum stop stop;
};

static void call_engine(void *context)
{
    struct call *call = context;

    call->stop = call->engine(call->m, call->budget);
}

/* Gives the engines the memory that they began with: one that was left in the middle has no longer
 * in order what it keeps from one call to the next. */
static void begin_anew(void)
{
    for (size_t i = 0; i < native.image.segment_count; i++)
        if ((native.image.segments[i].flags & (LAYOUT_USER | LAYOUT_WRITE)) ==
            (LAYOUT_USER | LAYOUT_WRITE))
            fill_segment(&native.image.segments[i]);
}

int native_run(enum engine engine, struct baby *m, uint64_t budget, enum stop *stop,
               struct abi_counters *counters)
{
    engine_run *const *engines = address(native.image.note.engines);
    struct abi_counters *counted = address(native.image.note.counters);
    struct call call = {engines[engine], m, budget, STOP_LIMIT};

    *counted = (struct abi_counters){0};
    if (!watchdog_call(call_engine, &call)) {
        begin_anew();
        return -ETIME;
    }
    *stop = call.stop;
    *counters = *counted;
    return 0;
}

void native_close(void)
{
    if (--native.users == 0)
        unmap();
}
