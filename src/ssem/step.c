/* The reference: T-next, one SSEM instruction in plain C, against which every engine is tested. */
#include "ssem/step.h"

#include <string.h>

#include "ssem/isa.h"

bool step(struct baby *m)
{
    m->ci = (m->ci + 1) % ABI_LINES;

    uint32_t pi = m->store[m->ci];
    uint32_t *line = &m->store[isa_line(pi)];

    switch (isa_function(pi)) {
    case FUNCTION_JMP:
        m->ci = *line % ABI_LINES;
        break;
    case FUNCTION_JRP:
        m->ci = (m->ci + *line) % ABI_LINES;
        break;
    case FUNCTION_LDN:
        m->a = 0u - *line;
        break;
    case FUNCTION_STO:
        *line = m->a;
        break;
    case FUNCTION_SUB:
    case FUNCTION_SUB5:
        m->a -= *line;
        break;
    case FUNCTION_CMP:
        if (m->a & 0x80000000u)
            m->ci = (m->ci + 1) % ABI_LINES;
        break;
    case FUNCTION_STP:
    case FUNCTION_COUNT:
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
