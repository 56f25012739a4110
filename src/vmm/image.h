/* Reads a guest image with libelf and refuses whatever could not be mapped safely. */
#ifndef VMM_IMAGE_H
#define VMM_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "guest/abi.h"

#define IMAGE_SEGMENTS 16
#define IMAGE_MAX      (16 * 1024 * 1024) /* longest file that is read */

/* A PT_LOAD segment that has passed the checks. */
struct image_segment {
    unsigned index;   /* in the program header table */
    unsigned flags;   /* LAYOUT_ */
    uint64_t address; /* gva, page-aligned, inside the image's range */
    uint64_t size;    /* in memory, above 0 */
    uint64_t offset;  /* in the file */
    uint64_t filled;  /* bytes in the file, the rest is zero */
};

struct image {
    char name[256]; /* for messages */
    const char *bytes;
    size_t length;
    char *owned; /* bytes to free, NULL for the embedded image */
    void *elf;   /* libelf's handle */
    uint64_t entry;
    struct abi_note note;
    size_t segment_count;
    struct image_segment segments[IMAGE_SEGMENTS];
};

/* Opens the image at path, the embedded one for NULL, and checks it: ELF64 for x86-64, executable
 * and static; its segments inside the image's range of abi.h, none writable and executable, no two
 * on one page; a note of this ABI version whose addresses lie in segments of the right kind. On
 * error returns -errno with text and status (65, or 66, 77, 74 for the file) and nothing stays
 * open; otherwise image_close() frees it. */
int image_open(struct image *image, const char *path, struct error *error);

/* The same for an image in memory, which has to stay there until image_close(). */
int image_parse(struct image *image, const char *name, const char *bytes, size_t length,
                struct error *error);

void image_close(struct image *image);

/* The segment that gva lies in, NULL for none. */
const struct image_segment *image_segment(const struct image *image, uint64_t gva);

/* The name of the function that gva lies in and the offset from its start, "" if the image does
 * not tell. The name is escaped and cut to size bytes. */
const char *image_symbol(const struct image *image, uint64_t gva, char *name, size_t size,
                         uint64_t *offset);

#endif
