/* Builds the guest's four-level page tables inside guest memory (SDM vol. 3, 4.5). */
#ifndef VMM_PAGING_H
#define VMM_PAGING_H

#include <stdint.h>

#include "vmm/address.h"

/* Bits of a page-table entry. */
#define PAGING_PRESENT  (1ull << 0)
#define PAGING_WRITE    (1ull << 1)
#define PAGING_USER     (1ull << 2)
#define PAGING_ACCESSED (1ull << 5)
#define PAGING_DIRTY    (1ull << 6)
#define PAGING_NX       (1ull << 63)

/* Bytes that one page table maps: all that the guest sees lies in [ABI_BASE, ABI_BASE + this). */
#define PAGING_SPAN (512ull * 4096)

/* Writes the upper three levels into the four zeroed pages at memory + ABI_PAGE_TABLES, so that
 * CR3 = ABI_PAGE_TABLES; memory is guest memory from gpa 0. Nothing is mapped yet. */
void paging_init(uint8_t *memory);

/* Maps size bytes of gpa at gva with LAYOUT_ flags; both page-aligned, size rounded up to pages.
 * Accessed and dirty are set beforehand, so that the CPU never writes the tables. Returns 0, or
 * -EINVAL, with nothing mapped, for what is misaligned, outside of the span or of guest memory, or
 * both writable and executable; -EEXIST if a page is mapped already. */
int paging_map(uint8_t *memory, struct gva gva, struct gpa gpa, uint64_t size, unsigned flags);

/* The LAYOUT_ flags of the page that gva lies in, 0 if it is not mapped. */
unsigned paging_flags(const uint8_t *memory, struct gva gva);

#endif
