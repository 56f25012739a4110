/* How the guests of the exit atlas are written: code that keeps the text it was assembled from.
 *
 * GUEST name, instructions that prepare, LOOP, the instructions to be measured, END. Every
 * instruction is I(...), or SAID("text", instruction) to be shown under another text.
 */
#include "guest/atlas/atlas_abi.h"

/* clang-format off */
#define SAID(said, ...) \
	881: __VA_ARGS__; \
	.pushsection .rodata.atlas_text, "a"; \
	882: .asciz said; \
	.popsection; \
	.pushsection .rodata.atlas_lines, "a"; \
	.long 881b - .; \
	.long 882b - .; \
	.popsection
#define I(...) SAID(#__VA_ARGS__, __VA_ARGS__)

	.macro TSC to:req
	I(rdtsc)
	I(shlq $32, %rdx)
	I(orq %rdx, %rax)
	.ifc \to, began
	I(movq %rax, ATLAS_BEGAN(%r12))
	.else
	I(movq %rax, ATLAS_ENDED(%r12))
	.endif
	.endm

	.macro GUEST name:req
	.pushsection .data.rel.ro.atlas, "aw"
	.balign 8
	.globl atlas_guest_\name
	.type atlas_guest_\name, @object
	.size atlas_guest_\name, 48
atlas_guest_\name:
	.quad 771f, 772f, 773f, 774f
	.popsection
	.pushsection .rodata.atlas_lines, "a"
	.balign 4
775:
	.pushsection .data.rel.ro.atlas, "aw"
	.quad 775b, 776f
	.popsection
	.popsection
	.section .rodata.atlas_code, "a"
771:
	I(movl $ABI_PORT_DOORBELL, %edx)
	I(outl %eax, %dx)
	I(movq ATLAS_COUNT(%r12), %r15)
	TSC began
	.endm

	.macro LOOP
772:
	.endm

	.macro END
773:
	I(decq %r15)
	SAID("jnz loop", jnz 772b)
	TSC ended
	SAID("jmp begin", jmp 771b)
774:
	.pushsection .rodata.atlas_lines, "a"
776:
	.popsection
	.endm
             /* clang-format on */
