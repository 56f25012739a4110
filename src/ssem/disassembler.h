/* Writes a store as assembly with line numbers, in the dialects of other simulators. */
#ifndef SSEM_DISASSEMBLER_H
#define SSEM_DISASSEMBLER_H

#include <stdio.h>

#include "guest/abi.h"

/* Sharp's simulator and MAME, which reads fixed columns: the count of lines, then "0001 LDN 24". */
void disassembler_write_asm(FILE *out, const struct baby *m);

/* NevynUK's simulator: "01: LDN 24". */
void disassembler_write_ssem(FILE *out, const struct baby *m);

#endif
