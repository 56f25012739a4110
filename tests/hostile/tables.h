/* Page tables of a hostile ring 0: the 2 MiB from ABI_BASE on, for all and for everything. */
#ifndef HOSTILE_TABLES_H
#define HOSTILE_TABLES_H

#include <stdint.h>

__attribute__((used, aligned(4096))) static uint64_t tables[3][512];

/* Assembler text for HOSTILE_RING0: builds them, a 2 MiB page in PML4, PDPT and PD, and uses them.
 */
#define HOSTILE_MAP_ALL                                                                            \
    "movl $tables, %edi\n"                                                                         \
    "leal 4096-0x20000000+7(%edi), %eax\n"                                                         \
    "movq %rax, (%rdi)\n"                                                                          \
    "leal 8192-0x20000000+7(%edi), %eax\n"                                                         \
    "movq %rax, 4096(%rdi)\n"                                                                      \
    "movl $0xe7, %eax\n"                                                                           \
    "movq %rax, 8192+256*8(%rdi)\n"                                                                \
    "leal -0x20000000(%edi), %eax\n"                                                               \
    "movq %rax, %cr3\n"

#endif
