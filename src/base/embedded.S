/* Files that are part of the program: the guest images and the 1948 program. */
	.section .rodata

	.macro embed name, file
	.globl \name, \name\()_end
	.type \name, @object
\name:
	.incbin "\file"
\name\()_end:
	.size \name, . - \name
	.byte 0
	.endm

	.balign 4096
	embed embedded_guest, guest/guest.elf
	embed embedded_writing, guest/writing.elf
	embed embedded_first, programs/first.bits

	.section .note.GNU-stack, "", @progbits
