/* The rows of the atlas: finding them. */
#include "atlas/rows.h"

#include <string.h>

static const struct atlas_row *const tables[ATLAS_GROUPS] = {
    [ATLAS_PORTS] = rows_ports, [ATLAS_MMIO] = rows_mmio,     [ATLAS_CPU] = rows_cpu,
    [ATLAS_TRAPS] = rows_traps, [ATLAS_MEMORY] = rows_memory, [ATLAS_SENSITIVE] = rows_sensitive,
};

const struct atlas_row *atlas_at(size_t n)
{
    for (size_t group = 0; group < ATLAS_GROUPS; group++)
        for (const struct atlas_row *row = tables[group]; row->name; row++)
            if (n-- == 0)
                return row;
    return NULL;
}

const struct atlas_row *atlas_find(const char *name)
{
    const struct atlas_row *row;

    for (size_t n = 0; (row = atlas_at(n)); n++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

const char *atlas_group_name(enum atlas_group group)
{
    static const char *const names[ATLAS_GROUPS] = {
        [ATLAS_PORTS] = "ports", [ATLAS_MMIO] = "mmio",     [ATLAS_CPU] = "cpu",
        [ATLAS_TRAPS] = "traps", [ATLAS_MEMORY] = "memory", [ATLAS_SENSITIVE] = "sensitive",
    };

    return names[group];
}
