/* What a hostile ring 0 is made of: the image is entered at hostile_ring0, in the section that this
 * leaves open, in the place of ring0_entry, with rsp at the frame for an iretq to jobs_main. Fault
 * stubs and IDT are those of the real guest. */
#ifndef HOSTILE_RING0_H
#define HOSTILE_RING0_H

#include "guest/abi.h"

	.section .note.GNU-stack, "", @progbits

	.text
	.globl jobs_main
jobs_main:
	ret

	.section .ring0, "ax", @progbits
	.globl hostile_ring0

#endif
