/* Writes to its own code, which it has made writable, and halts by what it wrote. */
#include "tables.h"

hostile_ring0:
	HOSTILE_LOAD_TABLES
	movb $0xf4, 1f(%rip)
1:	nop
