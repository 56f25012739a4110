/* Writes more bytes to a foreign port than there is memory, with one instruction. */
#include "ring0.h"

hostile_ring0:
	movl $(ABI_BASE + ABI_IMAGE), %esi
	movl $0x80, %edx
	movl $0xffffffff, %ecx
	rep outsb
