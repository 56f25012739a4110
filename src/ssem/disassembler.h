/* Writes a store as assembly with line numbers, in the dialects of other simulators. */
#ifndef SSEM_DISASSEMBLER_H
#define SSEM_DISASSEMBLER_H

#include <stdio.h>

#include "guest/abi.h"

/* Sharp's simulator and MAME, which reads fixed columns: the count of lines, then "0001 LDN 24".
 * Lines end with CR LF, see bits_write_snapshot(). emuStudio reads it as well. */
void disassembler_write_asm(FILE *out, const struct baby *m);

/* NevynUK's emulators: "01: LDN 24". STP is STOP, the only name that is known to both as one
 * without a line number (ManchesterBaby.py, Assembler; Instructions.cxx). */
void disassembler_write_ssem(FILE *out, const struct baby *m);

#endif
