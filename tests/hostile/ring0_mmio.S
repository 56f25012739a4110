/* Stores where there is no memory, for ever. */
#include "tables.h"

hostile_ring0:
	HOSTILE_LOAD_TABLES
1:	movl %eax, HOSTILE_NO_MEMORY
	jmp 1b
