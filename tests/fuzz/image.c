/* Fuzz target of the image loader: what it takes can be mapped without a page that is writable and
 * executable or that belongs to somebody else, what it refuses it refuses with a reason, and
 * neither costs much. */
#include "vmm/image.h"

#include <malloc.h>
#include <sys/resource.h>
#include <time.h>

#include "fuzz.h"
#include "vmm/layout.h"
#include "vmm/paging.h"

static uint8_t memory[ABI_MEMORY_SIZE];

static void check_segment(const struct image *image, const struct image_segment *segment)
{
    const uint64_t gpa = segment->address - ABI_BASE;

    CHECK(gpa >= ABI_IMAGE && gpa < ABI_IMAGE_END && segment->size <= ABI_IMAGE_END - gpa,
          "a segment outside of the image's range");
    CHECK(segment->filled <= segment->size && segment->offset <= image->length &&
              segment->filled <= image->length - segment->offset,
          "a segment outside of the file");
    memcpy(memory + gpa, image->bytes + segment->offset, segment->filled);
    CHECK(paging_map(memory, gva_at(segment->address), gpa_at(gpa), segment->size,
                     segment->flags) == 0,
          "a segment that cannot be mapped");
}

/* The places that the VMM or the guest's ring 0 go to. */
static void check_note(const struct image *image)
{
    const unsigned ring0 = LAYOUT_MAPPED | LAYOUT_EXECUTE;
    const uint64_t stubs_end = image->note.fault_stubs + ABI_VECTORS * ABI_FAULT_STUB_SIZE - 1;

    CHECK(image->note.version == ABI_VERSION, "another version");
    CHECK(paging_flags(memory, gva_at(image->entry)) == ring0, "an entry outside of ring 0's code");
    CHECK(paging_flags(memory, gva_at(image->note.fault_stubs)) == ring0 &&
              paging_flags(memory, gva_at(stubs_end)) == ring0 &&
              stubs_end > image->note.fault_stubs,
          "fault stubs outside of ring 0's code");
    CHECK(paging_flags(memory, gva_at(image->note.ring3_entry)) == (ring0 | LAYOUT_USER),
          "a ring-3 entry outside of ring 3's code");
}

static void check_symbol(const struct image *image, uint64_t gva)
{
    uint64_t offset;
    char name[24];

    image_symbol(image, gva, name, sizeof(name), &offset);
    CHECK(memchr(name, '\0', sizeof(name)), "a name without an end");
    for (const char *c = name; *c; c++)
        CHECK(*c >= ' ' && *c <= '~', "a name that is not plain text");
}

/* What an image may cost, whatever is in it: bytes that stay allocated, KiB at any time, seconds of
 * the CPU. The last is five times what is promised, for sanitizers. */
#define KEPT_MAX    (256 * 1024)
#define PEAK_MAX    (32 * 1024)
#define SECONDS_MAX 1.0

struct cost {
    size_t kept;
    long peak;
    double seconds;
};

size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static struct cost cost_now(void)
{
    const struct mallinfo2 heap = mallinfo2();
    struct timespec time;
    struct rusage usage;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    getrusage(RUSAGE_SELF, &usage);
    return (struct cost){
        .kept = __sanitizer_get_current_allocated_bytes ? __sanitizer_get_current_allocated_bytes()
                                                        : heap.uordblks + heap.hblkhd,
        .peak = usage.ru_maxrss,
        .seconds = (double)time.tv_sec + (double)time.tv_nsec / 1e9,
    };
}

static void check_cost(const struct cost *before)
{
    const struct cost now = cost_now();

    CHECK(now.kept <= before->kept + KEPT_MAX, "%zu bytes kept", now.kept - before->kept);
    CHECK(now.peak <= before->peak + PEAK_MAX, "%ld KiB more", now.peak - before->peak);
    CHECK(now.seconds <= before->seconds + SECONDS_MAX, "%g s", now.seconds - before->seconds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct error error;
    struct image image;

    error.text[0] = '\0';

    const struct cost before = cost_now();
    int result = image_parse(&image, "fuzz", (const char *)data, size, &error);

    check_cost(&before);
    if (result != 0) {
        check_error(&error, result);
        CHECK(error.status == STATUS_DATA, "status %d", (int)error.status);
        return 0;
    }
    memset(memory, 0, sizeof(memory));
    paging_init(memory);
    for (size_t i = 0; i < image.segment_count; i++)
        check_segment(&image, &image.segments[i]);
    check_note(&image);
    check_symbol(&image, image.entry);
    check_symbol(&image, image.note.ring3_entry);
    check_symbol(&image, 0);
    check_symbol(&image, UINT64_MAX);
    check_cost(&before);
    image_close(&image);
    return 0;
}
