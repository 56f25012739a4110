/* Engine `threaded`: indirect threaded interpretation.
 *
 * `dispatch` sends every instruction through one indirect jump at the top of its loop. Here each
 * routine ends with its own copy of fetch, decode and indirect jump, through a table from function
 * number to routine. The jump back to the top is gone, and a branch predictor that goes by the
 * address of a jump learns for each routine what tends to follow it.
 *
 * CMP has two ends, one for each sign. That matters more than all the rest: `ci += a >> 31` makes
 * the next fetch wait until A is known, while a branch is predicted and the CPU runs ahead.
 */
#include "guest/engines.h"
#include "guest/word.h"

enum stop threaded_run(struct baby *m, uint64_t budget)
{
    static const void *const routines[] = {&&jmp, &&jrp, &&ldn, &&sto, &&sub, &&sub, &&cmp, &&stp};
    uint32_t *store = m->store;
    uint32_t a = m->a;
    uint32_t ci = m->ci;
    uint32_t pi;
    const void *routine;
    uint64_t left = budget;
    enum stop stop = STOP_LIMIT;

/* The comment differs from one routine to the next, lest the compiler make one jump of them all. */
#define NEXT(from)                                                                                 \
    do {                                                                                           \
        if (!left)                                                                                 \
            goto out;                                                                              \
        left--;                                                                                    \
        ci = (ci + 1) % ABI_LINES;                                                                 \
        pi = store[ci];                                                                            \
        routine = routines[word_function(pi)];                                                     \
        __asm__ volatile("# after " from : "+r"(routine));                                         \
        goto *routine;                                                                             \
    } while (0)
#define OPERAND store[word_line(pi)]

    NEXT("entry");
jmp:
    ci = OPERAND;
    NEXT("JMP");
jrp:
    ci += OPERAND;
    NEXT("JRP");
ldn:
    a = 0u - OPERAND;
    NEXT("LDN");
sto:
    OPERAND = a;
    NEXT("STO");
sub:
    a -= OPERAND;
    NEXT("SUB");
cmp:
    if (a >> 31) {
        ci++;
        NEXT("CMP, line skipped");
    }
    NEXT("CMP");
stp:
    stop = STOP_STP;
out:
    m->a = a;
    m->ci = ci % ABI_LINES;
    m->executed = budget - left;
    return stop;
}
