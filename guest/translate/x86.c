/* An encoder for the few x86-64 instructions that translated code is made of.
 *
 * Nearly all of them have one shape: perhaps a REX prefix, an opcode, a ModRM byte that names a
 * register and a register or memory operand, perhaps a SIB byte, a displacement, an immediate. A
 * table gives the opcodes of each operation, and one routine writes the shape (SDM vol. 2, 2.1 and
 * 2.2.1).
 */
#include "guest/translate/x86.h"

const struct x86_form x86_forms[X86_OPERATION_COUNT] = {
    [X86_MOV] = {0x8b, 0x89, 0xc7, 0, 0, 0},
    [X86_MOV64] = {0x8b, 0x89, 0xc7, 0, 0, X86_WIDE},
    [X86_LEA] = {0x8d, 0, 0, 0, 0, 0},
    [X86_ADD] = {0x03, 0x01, 0x81, 0, 0, X86_SHORTER},
    [X86_ADD64] = {0x03, 0x01, 0x81, 0, 0, X86_SHORTER | X86_WIDE},
    [X86_SUB] = {0x2b, 0x29, 0x81, 0, 5, X86_SHORTER},
    [X86_SUB64] = {0x2b, 0x29, 0x81, 0, 5, X86_SHORTER | X86_WIDE},
    [X86_AND] = {0x23, 0x21, 0x81, 0, 4, X86_SHORTER},
    [X86_OR64] = {0x0b, 0x09, 0x81, 0, 1, X86_SHORTER | X86_WIDE},
    [X86_XOR] = {0x33, 0x31, 0x81, 0, 6, X86_SHORTER},
    [X86_CMP] = {0x3b, 0x39, 0x81, 0, 7, X86_SHORTER},
    [X86_TEST] = {0, 0x85, 0xf7, 0, 0, 0},
    [X86_SHL] = {0, 0, 0xc1, 0, 4, X86_BYTE},
    [X86_SHL64] = {0, 0, 0xc1, 0, 4, X86_BYTE | X86_WIDE},
    [X86_SHR] = {0, 0, 0xc1, 0, 5, X86_BYTE},
    [X86_BT] = {0, 0xa3, 0, 0, 0, X86_ESCAPE},
    [X86_NEG] = {0, 0, 0, 0xf7, 3, 0},
    [X86_JMP] = {0, 0, 0, 0xff, 4, 0},
};

/* The longest instruction has 15 bytes, and the last of its parts is written as a word. */
#define ROOM 20

/* Where an instruction is written that there may not be room for. */
struct apart {
    uint8_t bytes[ROOM];
};

static uint8_t *begin(const struct x86 *x, struct apart *apart)
{
    return x->end - x->at < ROOM ? apart->bytes : x->at;
}

static uint8_t *add(uint8_t *at, uint32_t value, unsigned count)
{
    __builtin_memcpy(at, &value, sizeof(value));
    return at + count;
}

/* The instruction ends at `at`. */
static void emit(struct x86 *x, const struct apart *apart, const uint8_t *at)
{
    const bool is_apart = x->end - x->at < ROOM;
    const unsigned count = (unsigned)(at - (is_apart ? apart->bytes : x->at));

    if (x->full || (is_apart && count > x->end - x->at)) {
        x->full = true;
        return;
    }
    for (unsigned i = 0; is_apart && i < count; i++)
        x->at[i] = apart->bytes[i];
    x->at += count;
    x->address += count;
}

static bool is_byte(int32_t value)
{
    return value >= -128 && value <= 127;
}

/* Prefix and opcode; reg, index and base are the registers whose fourth bits REX carries. */
static uint8_t *add_opcode(uint8_t *at, unsigned flags, uint8_t opcode, unsigned reg,
                           unsigned index, unsigned base)
{
    const unsigned rex = (flags & X86_WIDE ? 8u : 0u) | (reg >> 3 & 1) << 2 |
                         (index >> 3 & 1) << 1 | (base >> 3 & 1);

    if (rex)
        at = add(at, 0x40 | rex, 1);
    if (flags & X86_ESCAPE)
        at = add(at, 0x0f, 1);
    return add(at, opcode, 1);
}

static uint8_t *add_register(uint8_t *at, unsigned flags, uint8_t opcode, unsigned reg,
                             enum x86_register rm)
{
    at = add_opcode(at, flags, opcode, reg, 0, rm);
    return add(at, 0xc0 | (reg & 7) << 3 | (rm & 7), 1);
}

static uint8_t *add_memory(uint8_t *at, unsigned flags, uint8_t opcode, unsigned reg,
                           struct x86_memory rm)
{
    bool has_index = rm.index != X86_NONE;
    /* In these places the number of SP means "a SIB follows", that of BP "no base". */
    bool needs_sib = has_index || (rm.base & 7) == X86_SP;
    bool needs_displacement = rm.displacement || (rm.base & 7) == X86_BP;
    unsigned mode = !needs_displacement ? 0 : is_byte(rm.displacement) ? 1 : 2;

    at = add_opcode(at, flags, opcode, reg, has_index ? rm.index : 0u, rm.base);
    at = add(at, mode << 6 | (reg & 7) << 3 | (needs_sib ? (unsigned)X86_SP : rm.base & 7), 1);
    if (needs_sib)
        at = add(at,
                 rm.scale << 6 | (has_index ? rm.index & 7 : (unsigned)X86_SP) << 3 | (rm.base & 7),
                 1);
    if (needs_displacement)
        at = add(at, (uint32_t)rm.displacement, mode == 1 ? 1 : 4);
    return at;
}

static bool is_short(const struct x86_form *form, int32_t value)
{
    return (form->flags & X86_SHORTER) && is_byte(value);
}

static uint8_t *add_value(uint8_t *at, const struct x86_form *form, int32_t value)
{
    return add(at, (uint32_t)value, (form->flags & X86_BYTE) || is_short(form, value) ? 1 : 4);
}

void x86_registers(struct x86 *x, enum x86_operation operation, enum x86_register to,
                   enum x86_register from)
{
    const struct x86_form *form = &x86_forms[operation];
    struct apart apart;

    emit(x, &apart, add_register(begin(x, &apart), form->flags, form->store, from, to));
}

void x86_load(struct x86 *x, enum x86_operation operation, enum x86_register to,
              struct x86_memory from)
{
    const struct x86_form *form = &x86_forms[operation];
    struct apart apart;

    emit(x, &apart, add_memory(begin(x, &apart), form->flags, form->load, to, from));
}

void x86_store(struct x86 *x, enum x86_operation operation, struct x86_memory to,
               enum x86_register from)
{
    const struct x86_form *form = &x86_forms[operation];
    struct apart apart;

    emit(x, &apart, add_memory(begin(x, &apart), form->flags, form->store, from, to));
}

void x86_immediate(struct x86 *x, enum x86_operation operation, enum x86_register to, int32_t value)
{
    const struct x86_form *form = &x86_forms[operation];
    struct apart apart;
    uint8_t *at = begin(x, &apart);

    if (operation == X86_MOV)
        at = add_opcode(at, form->flags, (uint8_t)(0xb8 | (to & 7)), 0, 0, to);
    else
        at = add_register(at, form->flags,
                          (uint8_t)(form->immediate + (is_short(form, value) ? 2 : 0)),
                          form->extension, to);
    emit(x, &apart, add_value(at, form, value));
}

void x86_store_immediate(struct x86 *x, enum x86_operation operation, struct x86_memory to,
                         int32_t value)
{
    const struct x86_form *form = &x86_forms[operation];
    const uint8_t opcode = (uint8_t)(form->immediate + (is_short(form, value) ? 2 : 0));
    struct apart apart;
    uint8_t *at = add_memory(begin(x, &apart), form->flags, opcode, form->extension, to);

    emit(x, &apart, add_value(at, form, value));
}

void x86_register(struct x86 *x, enum x86_operation operation, enum x86_register which)
{
    const struct x86_form *form = &x86_forms[operation];
    struct apart apart;

    emit(x, &apart,
         add_register(begin(x, &apart), form->flags, form->single, form->extension, which));
}

void x86_ret(struct x86 *x)
{
    struct apart apart;

    emit(x, &apart, add(begin(x, &apart), 0xc3, 1));
}

/* A jump with this opcode: its last four bytes are the distance from its end to target. */
static uint8_t *relative(struct x86 *x, uint32_t opcode, unsigned opcode_bytes, uint32_t target)
{
    uint8_t *distance = x->at + opcode_bytes;
    struct apart apart;
    uint8_t *at = add(begin(x, &apart), opcode, opcode_bytes);

    emit(x, &apart, add(at, target - (x->address + opcode_bytes + 4), 4));
    return distance;
}

uint8_t *x86_jump(struct x86 *x, uint32_t target)
{
    return relative(x, 0xe9, 1, target);
}

uint8_t *x86_jump_if(struct x86 *x, enum x86_condition condition, uint32_t target)
{
    return relative(x, 0x800f | (uint32_t)condition << 8, 2, target);
}

void x86_link(const struct x86 *x, uint8_t *jump, uint32_t target)
{
    const uint32_t end = x->address - (uint32_t)(x->at - (jump + 4));
    const uint32_t distance = target - end;

    if (!x->full)
        __builtin_memcpy(jump, &distance, sizeof(distance));
}
