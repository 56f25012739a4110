/* Proposes an invariant for a program that may never stop: what is stored in is data, of which no
 * more is known than is needed. */
#include "pool/decider.h"

#include <string.h>

enum invariant_flaw decider_find(const struct baby *state, uint32_t valueless,
                                 struct invariant *found, unsigned *line)
{
    /* Nothing; what is jumped through; what is obeyed. */
    static const uint32_t bits[] = {0, 5, INVARIANT_BITS};
    enum invariant_flaw flaw = INVARIANT_BLURRED;

    *found = (struct invariant){.after = state->executed};
    for (unsigned i = 0; i < sizeof(bits) / sizeof(bits[0]) && flaw == INVARIANT_BLURRED; i++) {
        found->bits = bits[i];
        while ((flaw = invariant_check(found, state, valueless, line)) == INVARIANT_STORES)
            found->data |= 1u << *line;
    }
    return flaw;
}

enum invariant_flaw decider_walked(const struct walk *walk, struct invariant *found, unsigned *line)
{
    struct baby state = {.a = walk->a, .ci = walk->ci, .executed = walk->executed};

    memcpy(state.store, walk->store, sizeof(state.store));
    return decider_find(&state, ~walk->known, found, line);
}
