/* Writes to a foreign port in ring 0, where no bitmap is asked. */
#include "hostile.h"

HOSTILE_RING0("outb %al, $0x80\n")
