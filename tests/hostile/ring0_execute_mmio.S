/* Executes where there is no memory. */
#include "tables.h"

hostile_ring0:
	HOSTILE_LOAD_TABLES
	movl $HOSTILE_NO_MEMORY, %eax
	jmp *%rax
