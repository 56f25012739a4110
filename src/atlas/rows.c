/* The rows of the atlas: what there is to run, why, and what it needs. */
#include <config.h>

#include <linux/kvm.h>
#include <string.h>

#include "atlas/atlas.h"
#include "atlas/provisions.h"

#define RING_0 ATLAS_RING_0
#define RING_3 ATLAS_RING_3
#define BOTH   (ATLAS_RING_0 | ATLAS_RING_3)

#define INNOCUOUS  0
#define CONTROL    ATLAS_CONTROL
#define BEHAVIOUR  ATLAS_BEHAVIOUR
#define SUPERVISOR ATLAS_SUPERVISOR

#define NEEDS(number) .capability = #number, .capability_number = number

/* The tables are lists of ROW(name, guest, class, rings, provokes, story, more of struct
 * atlas_row), which are read twice: for what the assembler files define, and for the rows
 * themselves. */
#define ROW(label, code, ...) extern const struct atlas_guest atlas_guest_##code;
#include "atlas/rows.def"
#undef ROW
#define ROW(label, code, sensitivity, run_in, what, tale, ...)                                     \
    {.name = label,                                                                                \
     .group = GROUP,                                                                               \
     .class = sensitivity,                                                                         \
     .rings = run_in,                                                                              \
     .guest = &atlas_guest_##code,                                                                 \
     .provokes = what,                                                                             \
     .story = tale,                                                                                \
     __VA_ARGS__},

static const struct atlas_row rows[] = {
#include "atlas/rows.def"
};

const struct atlas_row *atlas_at(size_t n)
{
    return n < sizeof(rows) / sizeof(rows[0]) ? &rows[n] : NULL;
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
        [ATLAS_PORTS] = "ports",         [ATLAS_MMIO] = "mmio",     [ATLAS_CPU] = "cpu",
        [ATLAS_TRAPS] = "traps",         [ATLAS_MEMORY] = "memory", [ATLAS_MACHINES] = "machines",
        [ATLAS_SENSITIVE] = "sensitive",
    };

    return names[group];
}
