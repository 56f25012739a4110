/* Fills the page tables that the VMM has made with ones, then faults. */
#include "tables.h"

hostile_ring0:
	HOSTILE_LOAD_TABLES
	movl $(ABI_BASE + ABI_PAGE_TABLES), %edi
	movl $(4 * ABI_PAGE / 4), %ecx
	movl $-1, %eax
	rep stosl
	movl 0x12345678, %eax
