/* Files that are part of the program: the guest image and the 1948 program. */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

/* The guest image, an ELF file; page-aligned. */
extern const char embedded_guest[], embedded_guest_end[];

/* programs/first.bits: the amended first program with a = 2^18. */
extern const char embedded_first[], embedded_first_end[];

#endif
