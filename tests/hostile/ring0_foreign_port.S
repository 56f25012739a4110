/* Writes to a foreign port in ring 0, where no bitmap is asked. */
#include "ring0.h"

hostile_ring0:
	outb %al, $0x80
