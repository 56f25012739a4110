/* What a move of a run has cost, for people and for programs. */
#ifndef REPORT_MOVED_H
#define REPORT_MOVED_H

#include <stdbool.h>
#include <stdint.h>

struct moved {
    bool is_moved;
    const char *where;
    uint64_t at; /* instructions */
    /* From the last instruction here until the receiver was heard to run: with the way of its
     * message, so that it is at most this. */
    uint64_t downtime_ns;
    uint64_t bytes; /* both ways, until then */
    unsigned rounds;
};

#endif
