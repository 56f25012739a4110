/* The memory that translated code lives in, and the routines that every block of it may use. */
#include "guest/translate/area.h"

#include <stddef.h>

#include "guest/translate/lines.h"
#include "guest/word.h"

#define FUNCTION_LOG2 6
#define FUNCTION      (1 << FUNCTION_LOG2)

_Static_assert(sizeof(struct abi_translation) <= AREA_ROUTINES, "the header fits");
_Static_assert(AREA_FUNCTIONS + WORD_FUNCTIONS * FUNCTION <= AREA_SLOTS, "they fit");
_Static_assert(offsetof(struct area_return, line) == 4, "above A in rax");
_Static_assert(offsetof(struct area_return, why) == 5, "above the line");
_Static_assert(offsetof(struct area_return, left) == 8, "in rdx");

struct x86_memory area_line(unsigned line)
{
    return (struct x86_memory){AREA_MACHINE, X86_NONE, 0, (int32_t)(4 * line)};
}

struct x86_memory area_line_in_word(void)
{
    return (struct x86_memory){AREA_MACHINE, AREA_WORD, 2, 0};
}

struct x86 area_x86(const struct area *area, uint32_t offset, uint32_t size)
{
    uint8_t *at = area->bytes + offset;

    return (struct x86){.at = at, .end = at + size, .address = area->address + offset};
}

static void jump_to_exit(const struct area *area, struct x86 *x)
{
    x86_jump(x, area->address + AREA_EXIT);
}

void area_leave(const struct area *area, struct x86 *x, enum area_why why, unsigned line)
{
    x86_immediate(x, X86_MOV, X86_CX, (int32_t)(why << 8 | line));
    jump_to_exit(area, x);
}

/* The same for the line in AREA_LINE. */
static void leave_at_line(const struct area *area, struct x86 *x, enum area_why why)
{
    x86_load(x, X86_LEA, X86_CX, (struct x86_memory){AREA_LINE, X86_NONE, 0, (int32_t)(why << 8)});
    jump_to_exit(area, x);
}

void area_jump_to_word(const struct area *area, struct x86 *x)
{
    x86_immediate(x, X86_AND, AREA_WORD, ABI_LINES - 1);
    x86_immediate(x, X86_SHL, AREA_WORD, AREA_SLOT_LOG2);
    x86_immediate(x, X86_ADD, AREA_WORD, (int32_t)area_slot(area, 0));
    x86_register(x, X86_JMP, AREA_WORD);
}

/* Goes on at the line after CI = AREA_LINE. */
static void jump_behind_line(const struct area *area, struct x86 *x)
{
    x86_load(x, X86_LEA, AREA_WORD, (struct x86_memory){AREA_LINE, X86_NONE, 0, 1});
    area_jump_to_word(area, x);
}

void area_obey_word(const struct area *area, struct x86 *x, unsigned line)
{
    x86_immediate(x, X86_MOV, AREA_LINE, (int32_t)line);
    x86_registers(x, X86_MOV, AREA_SPARE, AREA_WORD);
    x86_immediate(x, X86_SHR, AREA_SPARE, WORD_FUNCTION_SHIFT - FUNCTION_LOG2);
    x86_immediate(x, X86_AND, AREA_SPARE, (WORD_FUNCTIONS - 1) << FUNCTION_LOG2);
    x86_immediate(x, X86_ADD, AREA_SPARE, (int32_t)(area->address + AREA_FUNCTIONS));
    x86_immediate(x, X86_AND, AREA_WORD, ABI_LINES - 1);
    x86_register(x, X86_JMP, AREA_SPARE);
}

uint8_t *area_store_word(struct x86 *x)
{
    uint8_t *same, *guarded;

    x86_load(x, X86_CMP, AREA_A, area_line_in_word());
    same = x86_jump_if(x, X86_EQUAL, 0);
    x86_registers(x, X86_BT, AREA_GUARDED, AREA_WORD);
    guarded = x86_jump_if(x, X86_BELOW, 0);
    x86_store(x, X86_MOV, area_line_in_word(), AREA_A);
    x86_link(x, same, x->address);
    return guarded;
}

/* Writes the routine that area_obey_word() goes to for the function. */
static void write_function(const struct area *area, enum word_function function)
{
    struct x86 x = area_x86(area, AREA_FUNCTIONS + function * FUNCTION, FUNCTION);
    uint8_t *jump;

    switch (function) {
    case WORD_JMP:
        x86_load(&x, X86_MOV, AREA_LINE, area_line_in_word());
        break;
    case WORD_JRP:
        x86_load(&x, X86_ADD, AREA_LINE, area_line_in_word());
        break;
    case WORD_LDN:
        x86_load(&x, X86_MOV, AREA_A, area_line_in_word());
        x86_register(&x, X86_NEG, AREA_A);
        break;
    case WORD_STO:
        jump = area_store_word(&x);
        jump_behind_line(area, &x);
        x86_link(&x, jump, x.address);
        x86_immediate(&x, X86_ADD64, AREA_LEFT, 1);
        leave_at_line(area, &x, AREA_STEP);
        return;
    case WORD_SUB:
    case WORD_SUB5:
        x86_load(&x, X86_SUB, AREA_A, area_line_in_word());
        break;
    case WORD_CMP:
        x86_registers(&x, X86_TEST, AREA_A, AREA_A);
        jump = x86_jump_if(&x, X86_SIGN, 0);
        jump_behind_line(area, &x);
        x86_link(&x, jump, x.address);
        x86_immediate(&x, X86_ADD, AREA_LINE, 1);
        break;
    case WORD_STP:
        leave_at_line(area, &x, AREA_STP);
        return;
    }
    jump_behind_line(area, &x);
}

void area_remove(const struct area *area, unsigned line)
{
    struct x86 x = area_x86(area, AREA_SLOTS + line * AREA_SLOT, AREA_SLOT);

    area_leave(area, &x, AREA_MISSING, line);
}

void area_begin(const struct area *area)
{
    struct x86 enter = area_x86(area, AREA_ROUTINES, AREA_EXIT - AREA_ROUTINES);
    struct x86 leave = area_x86(area, AREA_EXIT, AREA_FUNCTIONS - AREA_EXIT);

    x86_registers(&enter, X86_MOV, AREA_A, X86_DX);
    x86_register(&enter, X86_JMP, X86_CX);

    x86_immediate(&leave, X86_SHL64, X86_CX, 32);
    x86_registers(&leave, X86_OR64, X86_AX, X86_CX);
    x86_registers(&leave, X86_MOV64, X86_DX, AREA_LEFT);
    x86_ret(&leave);

    for (int function = 0; function < WORD_FUNCTIONS; function++)
        write_function(area, (enum word_function)function);
    for (unsigned line = 0; line < ABI_LINES; line++)
        area_remove(area, line);
}
