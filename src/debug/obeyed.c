/* What one instruction has done, and how that is shown: a row of the trace. */
#include "debug/obeyed.h"

#include <inttypes.h>
#include <stdio.h>

#include "ssem/isa.h"
#include "ssem/step.h"

const char obeyed_head[] = "instruction  line  PI                A      A after  written";

bool obeyed_step(struct baby *m, struct obeyed *obeyed)
{
    const uint32_t line = (m->ci + 1) % ABI_LINES;
    const uint32_t pi = m->store[line];
    const uint32_t *operand = &m->store[word_line(pi)];
    bool goes_on;

    obeyed->number = ++m->executed;
    obeyed->line = line;
    obeyed->pi = pi;
    obeyed->a_before = m->a;
    obeyed->was = *operand;
    goes_on = step(m);
    obeyed->a = m->a;
    obeyed->ci = m->ci;
    obeyed->is = *operand;
    return goes_on;
}

bool obeyed_stores(const struct obeyed *obeyed)
{
    return word_function(obeyed->pi) == WORD_STO;
}

const char *obeyed_row(const struct obeyed *obeyed, char out[OBEYED_ROW])
{
    char instruction[8];
    int length = snprintf(out, OBEYED_ROW, "%11" PRIu64 "  %4u  %-6s  %11" PRId32 "  %11" PRId32,
                          obeyed->number, (unsigned)obeyed->line, isa_text(obeyed->pi, instruction),
                          isa_number(obeyed->a_before), isa_number(obeyed->a));
    const size_t rest = OBEYED_ROW - (size_t)length;

    if (obeyed_stores(obeyed))
        snprintf(out + length, rest, "  %u: %" PRId32 " -> %" PRId32,
                 (unsigned)word_line(obeyed->pi), isa_number(obeyed->was), isa_number(obeyed->is));
    else if (obeyed->ci != obeyed->line)
        snprintf(out + length, rest, "  CI: %u -> %u", (unsigned)obeyed->line,
                 (unsigned)obeyed->ci);
    return out;
}
