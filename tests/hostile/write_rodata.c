/* Writes to its read-only data, where the table of engines is. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    extern engine_run *const engines_table[];

    *hostile_at((uint64_t)engines_table) = 0;
}
