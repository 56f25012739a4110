/* Faults where there is no IDT to report it. */
#include "ring0.h"

hostile_ring0:
	pushq $0
	pushq $0
	lidt (%rsp)
	ud2
