/* Files that are part of the program: the guest images and the 1948 program. */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

/* The guest image, an ELF file; page-aligned. */
extern const char embedded_guest[], embedded_guest_end[];

/* The one that also writes memory. */
extern const char embedded_writing[], embedded_writing_end[];

/* programs/first.bits: the amended first program with a = 2^18. */
extern const char embedded_first[], embedded_first_end[];

#endif
