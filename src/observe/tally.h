/* Counts and durations of exits by their name: reason and port, page or MSR. */
#ifndef OBSERVE_TALLY_H
#define OBSERVE_TALLY_H

#include <stddef.h>

#include "base/histogram.h"
#include "vmm/record.h"

#define TALLY_ROWS 32

/* Exits of one name. guest: time in KVM_RUN before the exit; vmm: time spent on handling it. */
struct tally_row {
    char name[40];
    struct histogram guest;
    struct histogram vmm;
};

/* Rows in the order of their first exit; names beyond the last row's are counted in that row, which
 * is then called "other". */
struct tally {
    size_t count;
    struct tally_row rows[TALLY_ROWS];
};

void tally_add(struct tally *tally, const struct record *record);

#endif
