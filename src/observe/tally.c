/* Counts and durations of exits by their name: reason and port, page or MSR. */
#include "observe/tally.h"

#include <stdio.h>
#include <string.h>

static struct tally_row *find_row(struct tally *tally, const char *name)
{
    for (size_t i = 0; i < tally->count; i++)
        if (strcmp(tally->rows[i].name, name) == 0)
            return &tally->rows[i];
    if (tally->count == TALLY_ROWS)
        return &tally->rows[TALLY_ROWS - 1];

    struct tally_row *row = &tally->rows[tally->count++];

    snprintf(row->name, sizeof(row->name), "%s", tally->count == TALLY_ROWS ? "other" : name);
    return row;
}

void tally_add(struct tally *tally, const struct record *record)
{
    char name[40];
    struct tally_row *row = find_row(tally, record_name(record, name, sizeof(name)));

    histogram_add(&row->guest, record->left - record->entered);
    histogram_add(&row->vmm, record->served - record->left);
}
