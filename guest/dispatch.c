/* Engine `dispatch`: decode-and-dispatch interpretation, the plainest technique there is.
 *
 * One loop fetches the word at CI, takes it apart into function and line, and a switch sends
 * control to the routine for that function, which ends by going back to the top of the loop.
 * Every instruction pays for the fetch, the decoding, one indirect jump that the branch predictor
 * must guess from history, and the jump back. The other engines each remove some of that.
 */
#include "guest/engines.h"
#include "guest/word.h"

enum stop dispatch_run(struct baby *m, uint64_t budget)
{
    uint32_t *store = m->store;
    uint32_t a = m->a;
    uint32_t ci = m->ci;
    uint64_t left = budget;
    enum stop stop = STOP_LIMIT;

    while (left) {
        left--;
        ci = (ci + 1) % ABI_LINES;

        uint32_t pi = store[ci];
        uint32_t line = word_line(pi);

        switch (word_function(pi)) {
        case WORD_JMP:
            ci = store[line];
            break;
        case WORD_JRP:
            ci += store[line];
            break;
        case WORD_LDN:
            a = 0u - store[line];
            break;
        case WORD_STO:
            store[line] = a;
            break;
        case WORD_SUB:
        case WORD_SUB5:
            a -= store[line];
            break;
        case WORD_CMP:
            ci += a >> 31;
            break;
        case WORD_STP:
            stop = STOP_STP;
            goto out;
        }
    }
out:
    m->a = a;
    m->ci = ci % ABI_LINES;
    m->executed = budget - left;
    return stop;
}
