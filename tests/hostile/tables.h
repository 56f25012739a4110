/* Page tables of a hostile ring 0: the 2 MiB from ABI_BASE on, for ring 3 too, for everything; SMEP
 * and SMAP, which would mind, are switched off. */
#ifndef HOSTILE_TABLES_H
#define HOSTILE_TABLES_H

#include "ring0.h"

/* Beyond the end of the guest's only memslot. */
#define HOSTILE_NO_MEMORY ABI_BASE + 0x180000

#define HOSTILE_LOAD_TABLES                                                                        \
	movq %cr4, %rax;                                                                           \
	andl $~(1 << 20 | 1 << 21), %eax;                                                          \
	movq %rax, %cr4;                                                                           \
	movl $hostile_tables - ABI_BASE, %eax;                                                     \
	movq %rax, %cr3

/* PML4, PDPT and PD: present, writable, user, accessed; entry 256 of the PD, which is ABI_BASE, is a
 * page of 2 MiB. */
	.data
	.balign ABI_PAGE
hostile_tables:
	.quad hostile_tables + ABI_PAGE - ABI_BASE + 0x27
	.fill 511, 8
	.quad hostile_tables + 2 * ABI_PAGE - ABI_BASE + 0x27
	.fill 511, 8
	.fill 256, 8
	.quad 0xe7
	.fill 255, 8

	.section .ring0

#endif
