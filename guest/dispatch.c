/* Engine `dispatch`: decode-and-dispatch interpretation, the plainest technique there is.
 *
 * One loop fetches the word at CI, takes it apart into function and line, and a switch sends
 * control to the routine for that function, which ends by going back to the top of the loop.
 * Every instruction pays for the fetch, the decoding, one indirect jump that the branch predictor
 * has to guess from history, and the jump back. The other engines each remove some of that.
 */
#include "guest/engines.h"

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
        uint32_t line = pi % ABI_LINES;

        switch (pi >> 13 & 7) {
        case 0:
            ci = store[line];
            break;
        case 1:
            ci += store[line];
            break;
        case 2:
            a = 0u - store[line];
            break;
        case 3:
            store[line] = a;
            break;
        case 4:
        case 5:
            a -= store[line];
            break;
        case 6:
            ci += a >> 31;
            break;
        case 7:
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
