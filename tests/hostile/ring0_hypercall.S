/* Calls the hypervisor for ever. Where the host has another instruction for that than this one, KVM
 * puts it there, so that the page must be writable. */
#include "tables.h"

hostile_ring0:
	HOSTILE_LOAD_TABLES
1:	movl $99, %eax
	vmcall
	jmp 1b
