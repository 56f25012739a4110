/* Engine `predecoded`: predecoding into an intermediate form, then direct threaded code.
 *
 * Words are taken apart once, not each time they are obeyed: beside the store stands a list of
 * pairs, one per line, of the address of the routine and the operand's line. Dispatch is then a
 * load and a jump. The price is that list and store must agree: a line that is written must be
 * decoded anew before it is obeyed. STO does not do that itself, as most of what is stored is data:
 * it points the line at a routine that decodes the line and goes on with the right one. At the
 * start every line is like that, so that what is never obeyed is never decoded. A program that
 * rewrites most of what it obeys pays for the detour and gains nothing.
 */
#include "guest/engines.h"
#include "guest/word.h"

struct pair {
    const void *routine;
    uint64_t line;
};

enum stop predecoded_run(struct baby *m, uint64_t budget)
{
    static const void *const routines[] = {&&jmp, &&jrp, &&ldn, &&sto, &&sub, &&sub, &&cmp, &&stp};
    /* Two more after the last line lead back to the first: CMP there skips the first of them. */
    struct pair pairs[ABI_LINES + 2];
    struct pair *pair = pairs + m->ci % ABI_LINES;
    uint32_t *store = m->store;
    uint32_t a = m->a;
    const void *routine;
    uint64_t left = budget;
    enum stop stop = STOP_LIMIT;

    for (int i = 0; i < ABI_LINES; i++)
        pairs[i].routine = &&decode;
    pairs[ABI_LINES].routine = &&wrap;
    pairs[ABI_LINES + 1].routine = &&wrap;

#define CI() ((uint32_t)(pair - pairs))
#define NEXT(from)                                                                                 \
    do {                                                                                           \
        if (!left)                                                                                 \
            goto out;                                                                              \
        left--;                                                                                    \
        pair++;                                                                                    \
        routine = pair->routine;                                                                   \
        __asm__ volatile("# after " from : "+r"(routine));                                         \
        goto *routine;                                                                             \
    } while (0)
#define OPERAND store[pair->line]

    NEXT("entry");
decode:
    pair->line = word_line(store[CI()]);
    pair->routine = routines[word_function(store[CI()])];
    goto * pair->routine;
wrap:
    pair -= ABI_LINES;
    goto * pair->routine;
jmp:
    pair = pairs + OPERAND % ABI_LINES;
    NEXT("JMP");
jrp:
    pair = pairs + (CI() + OPERAND) % ABI_LINES;
    NEXT("JRP");
ldn:
    a = 0u - OPERAND;
    NEXT("LDN");
sto:
    OPERAND = a;
    pairs[pair->line].routine = &&decode;
    NEXT("STO");
sub:
    a -= OPERAND;
    NEXT("SUB");
cmp:
    if (a >> 31) {
        pair++;
        NEXT("CMP, line skipped");
    }
    NEXT("CMP");
stp:
    stop = STOP_STP;
out:
    m->a = a;
    m->ci = CI() % ABI_LINES;
    m->executed = budget - left;
    return stop;
}
