/* The x86 instructions of translated code as text.
 *
 * A decoder for exactly what guest/translate/x86.c writes, made from its table of opcodes. */
#include "report/x86_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "guest/translate/x86.h"

static const char *const names32[] = {"eax", "ecx", "edx",  "ebx",  "esp",  "ebp",  "esi",  "edi",
                                      "r8d", "r9d", "r10d", "r11d", "r12d", "r13d", "r14d", "r15d"};
static const char *const names64[] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
                                      "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};

static const char *const operations[X86_OPERATION_COUNT] = {
    [X86_MOV] = "mov",   [X86_MOV64] = "mov", [X86_LEA] = "lea",   [X86_ADD] = "add",
    [X86_ADD64] = "add", [X86_SUB] = "sub",   [X86_SUB64] = "sub", [X86_AND] = "and",
    [X86_OR64] = "or",   [X86_XOR] = "xor",   [X86_CMP] = "cmp",   [X86_TEST] = "test",
    [X86_SHL] = "shl",   [X86_SHL64] = "shl", [X86_SHR] = "shr",   [X86_BT] = "bt",
    [X86_NEG] = "neg",   [X86_JMP] = "jmp",
};

static const char *const conditions[16] = {
    [X86_BELOW] = "jb", [X86_ABOVE_OR_EQUAL] = "jae", [X86_EQUAL] = "je", [X86_NOT_EQUAL] = "jne",
    [X86_SIGN] = "js",  [X86_NOT_SIGN] = "jns",
};

/* An instruction that is being read. Whatever is missing reads as zero and sets `bad`. */
struct reader {
    const uint8_t *code;
    size_t size, used;
    bool bad;
    uint32_t address;
    unsigned rex;
    bool wide;
    struct x86_text *out;
};

static uint32_t take(struct reader *reader, unsigned count)
{
    uint32_t value = 0;

    if (reader->size - reader->used < count) {
        reader->bad = true;
        return 0;
    }
    for (unsigned i = 0; i < count; i++)
        value |= (uint32_t)reader->code[reader->used++] << 8 * i;
    return value;
}

static int32_t take_signed(struct reader *reader, bool byte)
{
    const uint32_t value = take(reader, byte ? 1 : 4);

    return byte ? (int8_t)value : (int32_t)value;
}

__attribute__((format(printf, 2, 3))) static void add(struct x86_text *out, const char *format, ...)
{
    const size_t used = strlen(out->text);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(out->text + used, sizeof(out->text) - used, format, arguments);
    va_end(arguments);
}

static const char *name(const struct reader *reader, unsigned number)
{
    return (reader->wide ? names64 : names32)[number];
}

static void add_immediate(struct reader *reader, bool byte)
{
    const int32_t value = take_signed(reader, byte);

    if (reader->wide)
        add(reader->out, "0x%llx", (unsigned long long)(int64_t)value);
    else
        add(reader->out, "0x%x", (unsigned)value);
}

static void add_memory(struct reader *reader, unsigned modrm, bool is_lea)
{
    const unsigned mode = modrm >> 6;
    const unsigned sib = (modrm & 7) == X86_SP ? take(reader, 1) : modrm & 7;
    const unsigned base = (sib & 7) | (reader->rex & 1) << 3;
    const unsigned index = (sib >> 3 & 7) | (reader->rex & 2) << 2;
    int32_t displacement = 0;

    if (mode == 0 && (base & 7) == X86_BP)
        reader->bad = true;
    if (!is_lea)
        add(reader->out, "%s ", reader->wide ? "QWORD PTR" : "DWORD PTR");
    add(reader->out, "[%s", names64[base]);
    if ((modrm & 7) == X86_SP && index != X86_SP)
        add(reader->out, "+%s*%u", names64[index], 1u << (sib >> 6));
    if (mode)
        displacement = take_signed(reader, mode == 1);
    if (mode)
        add(reader->out, "%c0x%x", displacement < 0 ? '-' : '+',
            displacement < 0 ? 0u - (uint32_t)displacement : (uint32_t)displacement);
    add(reader->out, "]");
}

/* The operand that mod and rm name. */
static void add_operand(struct reader *reader, unsigned modrm, bool is_lea)
{
    if (modrm >> 6 == 3)
        add(reader->out, "%s", name(reader, (modrm & 7) | (reader->rex & 1) << 3));
    else
        add_memory(reader, modrm, is_lea);
}

enum kind { NONE, LOAD, STORE, IMMEDIATE, SHORT_IMMEDIATE, SINGLE };

/* What the opcode with that ModRM byte is of the form, if it is. */
static enum kind kind_of(const struct x86_form *form, unsigned opcode, unsigned modrm)
{
    const bool is_memory = modrm >> 6 != 3;
    const bool extended = (modrm >> 3 & 7) == form->extension;

    if (form->load && opcode == form->load && is_memory)
        return LOAD;
    if (form->store && opcode == form->store && !(form->flags & X86_ESCAPE && is_memory))
        return STORE;
    if (form->immediate && opcode == form->immediate && extended)
        return IMMEDIATE;
    if (form->flags & X86_SHORTER && opcode == form->immediate + 2u && extended)
        return SHORT_IMMEDIATE;
    return form->single && opcode == form->single && extended && !is_memory ? SINGLE : NONE;
}

/* Reads what follows the opcode if it is one of the operation's. */
static bool read_operation(struct reader *reader, enum x86_operation operation, unsigned opcode,
                           bool escape)
{
    const struct x86_form *form = &x86_forms[operation];
    const unsigned modrm = reader->size > reader->used ? reader->code[reader->used] : 0;
    const unsigned reg = (modrm >> 3 & 7) | (reader->rex & 4) << 1;
    const enum kind kind = kind_of(form, opcode, modrm);
    const bool escaped = form->flags & X86_ESCAPE, wide = form->flags & X86_WIDE;
    struct x86_text *out = reader->out;

    if (kind == NONE || escape != escaped || wide != (reader->rex & 8) >> 3)
        return false;
    take(reader, 1);
    reader->wide = wide || operation == X86_JMP;
    add(out, "%s ", operations[operation]);
    if (kind == LOAD)
        add(out, "%s,", name(reader, reg));
    add_operand(reader, modrm, operation == X86_LEA);
    if (kind == STORE)
        add(out, ",%s", name(reader, reg));
    if (kind == IMMEDIATE || kind == SHORT_IMMEDIATE)
        add(out, ",");
    if (kind == IMMEDIATE && form->flags & X86_BYTE)
        add(out, "0x%x", (unsigned)take(reader, 1));
    else if (kind == IMMEDIATE || kind == SHORT_IMMEDIATE)
        add_immediate(reader, kind == SHORT_IMMEDIATE);
    return true;
}

static void read_jump(struct reader *reader, const char *jump)
{
    const uint32_t distance = take(reader, 4);

    reader->out->jumps = true;
    reader->out->target = reader->address + (uint32_t)reader->used + distance;
    add(reader->out, "%s 0x%x", jump, (unsigned)reader->out->target);
}

static bool read_instruction(struct reader *reader)
{
    struct x86_text *out = reader->out;
    unsigned opcode = take(reader, 1);
    bool escape;

    if ((opcode & 0xf0) == 0x40) {
        reader->rex = opcode;
        opcode = take(reader, 1);
    }
    escape = opcode == 0x0f;
    if (escape)
        opcode = take(reader, 1);
    if (!reader->rex && escape && (opcode & 0xf0) == 0x80 && conditions[opcode & 15]) {
        read_jump(reader, conditions[opcode & 15]);
    } else if (!reader->rex && !escape && opcode == 0xe9) {
        read_jump(reader, "jmp");
    } else if (!reader->rex && !escape && opcode == 0xc3) {
        add(out, "ret");
    } else if (!escape && !(reader->rex & 8) && (opcode & 0xf8) == 0xb8) {
        const unsigned reg = (opcode & 7) | (reader->rex & 1) << 3;

        out->is_why = reg == X86_CX;
        out->immediate = take(reader, 4);
        add(out, "mov %s,0x%x", names32[reg], (unsigned)out->immediate);
    } else {
        int operation = 0;

        while (operation < X86_OPERATION_COUNT &&
               !read_operation(reader, (enum x86_operation)operation, opcode, escape))
            operation++;
        return operation < X86_OPERATION_COUNT;
    }
    return true;
}

void x86_text_read(struct x86_text *out, const uint8_t *code, size_t size, uint32_t address)
{
    struct reader reader = {.code = code, .size = size, .address = address, .out = out};

    *out = (struct x86_text){0};
    if (size == 0)
        return;
    if (read_instruction(&reader) && !reader.bad) {
        out->length = (unsigned)reader.used;
        return;
    }
    *out = (struct x86_text){.length = 1};
    add(out, "(0x%02x)", code[0]);
}
