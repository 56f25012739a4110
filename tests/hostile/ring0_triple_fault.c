/* Faults where there is no IDT to tell it. */
#include "hostile.h"

HOSTILE_RING0("pushq $0\n"
              "pushq $0\n"
              "lidt (%rsp)\n"
              "ud2\n")
