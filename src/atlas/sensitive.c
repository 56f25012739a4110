/* Popek and Goldberg's question: do this CPU's sensitive instructions trap? */
#include "atlas/sensitive.h"

enum sensitive_way sensitive_way(const struct atlas_result *result)
{
    switch (result->happened) {
    case ATLAS_FAULT:
        return SENSITIVE_TRAPS;
    case ATLAS_EXIT:
    case ATLAS_KERNEL:
    case ATLAS_EMULATED:
        return SENSITIVE_EXITS;
    case ATLAS_NATIVE: /* without the kernel's counters: no exit to user space, no more is known */
        return result->kernel < 0 ? SENSITIVE_UNKNOWN : SENSITIVE_RUNS;
    default:
        return SENSITIVE_UNKNOWN;
    }
}

bool sensitive_counts(const struct atlas_row *row)
{
    return row->flags & ATLAS_THEOREM;
}

const struct atlas_result *sensitive_find(const struct atlas_result *results, size_t count,
                                          const struct atlas_row *row, unsigned ring)
{
    for (size_t i = 0; i < count; i++)
        if (results[i].row == row && results[i].ring == ring)
            return &results[i];
    return NULL;
}

const struct atlas_result *sensitive_find_umip(const struct atlas_result *results, size_t count,
                                               const struct atlas_row *row)
{
    for (size_t i = 0; i < count; i++)
        if (results[i].row->guest == row->guest && (results[i].row->flags & ATLAS_UMIP) &&
            results[i].ring == 3)
            return &results[i];
    return NULL;
}

static void add(struct sensitive_list *list, const struct atlas_row *row)
{
    if (list->count < SENSITIVE_MAX)
        list->rows[list->count++] = row;
}

static void take(struct sensitive_theorem *theorem, const struct atlas_row *row,
                 enum sensitive_way way)
{
    add(&theorem->all, row);
    if (way == SENSITIVE_UNKNOWN)
        add(&theorem->missing, row);
    if (way == SENSITIVE_RUNS)
        add(&theorem->against, row);
}

static void conclude(struct sensitive_theorem *theorem)
{
    if (theorem->against.count)
        theorem->holds = SENSITIVE_NO;
    else
        theorem->holds = theorem->missing.count ? SENSITIVE_UNDECIDED : SENSITIVE_YES;
}

void sensitive_judge(struct sensitive_verdict *verdict, const struct atlas_result *results,
                     size_t count)
{
    const struct atlas_row *row;

    *verdict = (struct sensitive_verdict){0};
    for (size_t n = 0; (row = atlas_at(n)); n++) {
        const struct atlas_result *result;
        enum sensitive_way way;

        if (!sensitive_counts(row))
            continue;
        result = sensitive_find(results, count, row, 3);
        way = result ? sensitive_way(result) : SENSITIVE_UNKNOWN;
        take(&verdict->theorem1, row, way);
        if (!(row->class & ATLAS_SUPERVISOR))
            take(&verdict->theorem3, row, way);
        if (way == SENSITIVE_RUNS && result->answer == ATLAS_WRONG)
            add(&verdict->wrong, row);
    }
    conclude(&verdict->theorem1);
    conclude(&verdict->theorem3);
}
