/* Reads a guest image with libelf and refuses whatever could not be mapped safely. */
#ifndef VMM_IMAGE_H
#define VMM_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "guest/abi.h"

/* What of an image is read at most. Each is looked at once, in order, so that an image costs a
 * bounded time and, with what libelf copies, less than 4 MiB. */
#define IMAGE_MAX      (1024 * 1024) /* bytes of the file */
#define IMAGE_HEADERS  64            /* program headers; sections */
#define IMAGE_SEGMENTS 16            /* segments to load */
#define IMAGE_NOTES    4096          /* bytes of a PT_NOTE segment */
#define IMAGE_SYMBOLS  4096

/* A PT_LOAD segment that has passed the checks. */
struct image_segment {
    unsigned index;   /* in the program header table */
    unsigned flags;   /* LAYOUT_ */
    uint64_t address; /* gva, page-aligned, inside the image's range */
    uint64_t size;    /* in memory, above 0 */
    uint64_t offset;  /* in the file */
    uint64_t filled;  /* bytes in the file, the rest is zero */
};

/* A function of the symbol table. */
struct image_function {
    uint64_t address;
    uint64_t size;
    const char *name; /* as in the file: not escaped */
};

struct image {
    char name[256]; /* for messages */
    const char *bytes;
    size_t length;
    char *owned; /* bytes to free, NULL for the embedded image */
    uint64_t entry;
    struct abi_note note;
    size_t segment_count;
    struct image_segment segments[IMAGE_SEGMENTS];
    size_t function_count;
    struct image_function *functions; /* NULL if the image has no symbols */
};

/* As a path, this very pointer: the embedded image that also writes memory, guest/writing/. */
extern const char image_writing[];

/* Reads the bytes of the image at path, the embedded one for NULL, and looks at none of them, so
 * that what checks them can be in the sandbox. On error returns -errno with text and status (65 too
 * long, 66, 77, 74) and there is nothing to close; otherwise image_close() frees them. */
int image_fetch(struct image *image, const char *path, struct error *error);

/* Checks what was fetched: ELF64 for x86-64, executable
 * and static; its segments inside the image's range of abi.h, none writable and executable, no two
 * on one page; a note of this ABI version whose addresses lie in segments of the right kind; no
 * section compressed; one symbol table at most, in order. On error returns -errno with text and
 * status (65, or 71 for memory) and closes it. */
int image_check(struct image *image, struct error *error);

/* Both in one. On error nothing stays open; otherwise image_close() frees it. */
int image_open(struct image *image, const char *path, struct error *error);

/* The same for an image in memory, which must stay there until image_close(). */
int image_parse(struct image *image, const char *name, const char *bytes, size_t length,
                struct error *error);

void image_close(struct image *image);

/* The name of the function that gva lies in and the offset from its start, "" if the image does
 * not say. The name is escaped and cut to size bytes. */
const char *image_symbol(const struct image *image, uint64_t gva, char *name, size_t size,
                         uint64_t *offset);

#endif
