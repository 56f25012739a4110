/* The reference: T-next, one SSEM instruction in plain C, against which every engine is tested.
 *
 * The instruction word is taken apart here and not by guest/word.h, which the engines use: what is
 * wrong in there must not be wrong in the oracle as well. Functions and bits are the PRM's.
 */
#include "ssem/step.h"

#include <string.h>

enum { JMP, JRP, LDN, STO, SUB, SUB5, CMP, STP };

bool step(struct baby *m)
{
    m->ci = (m->ci + 1) % ABI_LINES;

    uint32_t pi = m->store[m->ci];
    uint32_t *line = &m->store[pi & 0x1f];

    switch ((pi & 0xe000) >> 13) {
    case JMP:
        m->ci = *line % ABI_LINES;
        break;
    case JRP:
        m->ci = (m->ci + *line) % ABI_LINES;
        break;
    case LDN:
        m->a = 0u - *line;
        break;
    case STO:
        *line = m->a;
        break;
    case SUB:
    case SUB5:
        m->a -= *line;
        break;
    case CMP:
        if (m->a & 0x80000000u)
            m->ci = (m->ci + 1) % ABI_LINES;
        break;
    case STP:
        return false;
    }
    return true;
}

bool step_same(const struct baby *a, const struct baby *b)
{
    return memcmp(a->store, b->store, sizeof(a->store)) == 0 && a->a == b->a && a->ci == b->ci;
}

enum stop step_run(struct baby *m, uint64_t budget)
{
    m->executed = 0;
    while (m->executed < budget) {
        m->executed++;
        if (!step(m))
            return STOP_STP;
    }
    return STOP_LIMIT;
}
