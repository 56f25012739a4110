/* An encoder for the few x86-64 instructions that translated code is made of. */
#ifndef GUEST_TRANSLATE_X86_H
#define GUEST_TRANSLATE_X86_H

#include <stdbool.h>
#include <stdint.h>

enum x86_register {
    X86_AX,
    X86_CX,
    X86_DX,
    X86_BX,
    X86_SP,
    X86_BP,
    X86_SI,
    X86_DI,
    X86_R8,
    X86_R9,
    X86_R10,
    X86_R11,
    X86_R12,
    X86_R13,
    X86_R14,
    X86_R15,
    X86_NONE, /* no index */
};

/* Conditions of jcc: the low four bits of its opcode (SDM vol. 2, appendix B.1.4.7). */
enum x86_condition {
    X86_BELOW = 2,
    X86_ABOVE_OR_EQUAL = 3,
    X86_EQUAL = 4,
    X86_NOT_EQUAL = 5,
    X86_SIGN = 8,
    X86_NOT_SIGN = 9,
};

static inline enum x86_condition x86_opposite(enum x86_condition condition)
{
    return (enum x86_condition)(condition ^ 1);
}

/* Operations of 32 bits, and of 64 where the name says so. */
enum x86_operation {
    X86_MOV,
    X86_MOV64,
    X86_LEA,
    X86_ADD,
    X86_ADD64,
    X86_SUB,
    X86_SUB64,
    X86_AND,
    X86_OR64,
    X86_XOR,
    X86_CMP,
    X86_TEST,
    X86_SHL,
    X86_SHL64,
    X86_SHR,
    X86_BT,
    X86_NEG,
    X86_JMP, /* to the address in a register */
    X86_OPERATION_COUNT,
};

/* Opcodes of an operation by kind of operand, 0 where there is none. */
struct x86_form {
    uint8_t load;  /* register <- memory */
    uint8_t store; /* register or memory <- register */
    uint8_t immediate;
    uint8_t single;    /* register or memory alone */
    uint8_t extension; /* stands for a register in the ModRM byte of those with one operand */
    uint8_t flags;
};

enum {
    X86_WIDE = 1,    /* REX.W: 64 bits */
    X86_ESCAPE = 2,  /* the opcode follows 0x0f */
    X86_BYTE = 4,    /* the immediate has 8 bits */
    X86_SHORTER = 8, /* an immediate that fits 8 bits can have 8: opcode + 2 */
};

extern const struct x86_form x86_forms[X86_OPERATION_COUNT];

/* A memory operand: base + index * 2^scale + displacement. */
struct x86_memory {
    enum x86_register base;
    enum x86_register index; /* X86_NONE, or any but X86_SP */
    unsigned scale;          /* 0 to 3 */
    int32_t displacement;
};

/* Where code goes: written from `at` up to `end`, to be executed at `address`. Both advance. What
 * does not fit is left out, and `full` is set. */
struct x86 {
    uint8_t *at;
    uint8_t *end;
    uint32_t address;
    bool full;
};

/* operation to, from */
void x86_registers(struct x86 *x, enum x86_operation operation, enum x86_register to,
                   enum x86_register from);
void x86_load(struct x86 *x, enum x86_operation operation, enum x86_register to,
              struct x86_memory from);
void x86_store(struct x86 *x, enum x86_operation operation, struct x86_memory to,
               enum x86_register from);

/* operation to, value; the value is sign-extended if the operation has 64 bits. */
void x86_immediate(struct x86 *x, enum x86_operation operation, enum x86_register to,
                   int32_t value);
void x86_store_immediate(struct x86 *x, enum x86_operation operation, struct x86_memory to,
                         int32_t value);

/* X86_NEG and X86_JMP */
void x86_register(struct x86 *x, enum x86_operation operation, enum x86_register which);

void x86_ret(struct x86 *x);

/* Relative jumps, always with 32 bits. They return where these are, for x86_link(). */
uint8_t *x86_jump(struct x86 *x, uint32_t target);
uint8_t *x86_jump_if(struct x86 *x, enum x86_condition condition, uint32_t target);

/* Redirects a jump of this x86, returned by one of the above, to target. */
void x86_link(const struct x86 *x, uint8_t *jump, uint32_t target);

#endif
