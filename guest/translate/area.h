/* The memory that translated code lives in, and the routines that every block of it may use.
 *
 * An area holds an enter routine, an exit routine, one routine per function, and a slot per line of
 * the store: the block that begins with line n is at the start of slot n, or else a few bytes that
 * leave with AREA_MISSING. So a jump to line n is a jump to slot n, whether it is translated or
 * not, nothing is patched when a block comes or goes, and a computed jump needs no table.
 */
#ifndef GUEST_TRANSLATE_AREA_H
#define GUEST_TRANSLATE_AREA_H

#include "guest/abi.h"
#include "guest/translate/x86.h"

/* What is where, in bytes from the start of the area, which a struct abi_translation begins. */
#define AREA_ROUTINES  0xc00 /* the enter routine */
#define AREA_EXIT      (AREA_ROUTINES + 0x10)
#define AREA_FUNCTIONS (AREA_ROUTINES + 0x40)
#define AREA_SLOTS     0x1000
#define AREA_SLOT_LOG2 9
#define AREA_SLOT      (1 << AREA_SLOT_LOG2)
#define AREA_SIZE      (AREA_SLOTS + ABI_LINES * AREA_SLOT)

/* What is where in translated code. */
#define AREA_A       X86_AX
#define AREA_MACHINE X86_DI /* struct baby, the store first */
#define AREA_LEFT    X86_SI
#define AREA_GUARDED X86_R8
#define AREA_LINE    X86_R9 /* scratch; for area_obey_word(), CI */
#define AREA_WORD    X86_CX /* scratch; for area_jump_to_word() and area_obey_word(), the word */
#define AREA_SPARE   X86_DX /* scratch */

/* An area is written at one address and executed at another. */
struct area {
    uint8_t *bytes;
    uint32_t address;
};

/* Why translated code comes back. */
enum area_why {
    AREA_STP,
    AREA_BUDGET,  /* what is left is less than the block that begins with line takes */
    AREA_MISSING, /* no block begins with line */
    AREA_STEP,    /* line must be obeyed by interpretation */
};

/* With what it comes back. line is that of the STP, else the one to obey next; left counts all that
 * has not been obeyed. */
struct area_return {
    uint32_t a;
    uint8_t line;
    uint8_t why;
    uint16_t zero;
    uint64_t left;
};

/* The enter routine, by the System V ABI: goes to slot with A = a. guarded: lines that must not be
 * changed without coming back. */
typedef struct area_return area_enter(struct baby *m, uint64_t left, uint32_t a, uint64_t slot,
                                      uint32_t guarded);

/* Writes the routines, and slots that are all missing. */
void area_begin(const struct area *area);

/* Makes the slot of line missing. */
void area_remove(const struct area *area, unsigned line);

/* An encoder for size bytes of the area, from offset. */
struct x86 area_x86(const struct area *area, uint32_t offset, uint32_t size);

/* Writes code that comes back. */
void area_leave(const struct area *area, struct x86 *x, enum area_why why, unsigned line);

/* Writes code that goes on at the line whose number, modulo 32, is in AREA_WORD. */
void area_jump_to_word(const struct area *area, struct x86 *x);

/* Writes code that obeys the word in AREA_WORD, whatever it is, as that of line, and goes on. */
void area_obey_word(const struct area *area, struct x86 *x, unsigned line);

/* Writes code that stores A in the line whose number is in AREA_WORD. Returns the jump that it
 * takes instead of changing one of AREA_GUARDED, to be linked. */
uint8_t *area_store_word(struct x86 *x);

/* A memory operand: the line; the line whose number is in AREA_WORD. */
struct x86_memory area_line(unsigned line);
struct x86_memory area_line_in_word(void);

/* Where the slot of line is executed. */
static inline uint32_t area_slot(const struct area *area, unsigned line)
{
    return area->address + AREA_SLOTS + line * AREA_SLOT;
}

static inline area_enter *area_routine(const struct area *area)
{
    return (area_enter *)(uintptr_t)(area->address + AREA_ROUTINES);
}

#endif
