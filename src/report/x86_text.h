/* The x86 instructions of translated code as text. */
#ifndef REPORT_X86_TEXT_H
#define REPORT_X86_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define X86_TEXT_LENGTH 15 /* most bytes of an instruction */

struct x86_text {
    unsigned length;    /* bytes */
    char text[64];      /* as `objdump -M intel` writes it, such as "mov eax,DWORD PTR [rdi+0x4]" */
    bool jumps;         /* it is a jmp or jcc to target */
    uint32_t target;    /* an address */
    bool is_why;        /* it loads ecx, as code does that leaves an area, with: */
    uint32_t immediate; /* what area_leave() writes */
};

/* Reads the instruction at the start of size bytes of code, to be executed at address: one of those
 * that guest/translate/x86.h can write. The code may be anything. What is no such instruction is
 * one byte, "(0xNN)"; size 0 has no instruction, length 0. */
void x86_text_read(struct x86_text *out, const uint8_t *code, size_t size, uint32_t address);

#endif
