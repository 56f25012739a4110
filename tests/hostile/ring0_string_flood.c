/* Writes more bytes to a foreign port than there is memory, with one instruction. */
#include "hostile.h"

HOSTILE_RING0("movl $0x20010000, %esi\n"
              "movl $0x80, %edx\n"
              "movl $0xffffffff, %ecx\n"
              "rep outsb\n")
