/* Breakpoints: where control comes to, what is stored to, what a place comes to hold. */
#ifndef DEBUG_BREAKPOINT_H
#define DEBUG_BREAKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "debug/obeyed.h"
#include "debug/place.h"

enum breakpoint_kind {
    BREAKPOINT_NONE,
    BREAKPOINT_LINE,  /* the next instruction is on this line */
    BREAKPOINT_STORE, /* an instruction has stored to this line */
    BREAKPOINT_VALUE, /* the condition has become true */
};

/* Identifier, as it is written, as C has it; what begins alike has the longer one first. */
#define BREAKPOINT_RELATIONS(X)                                                                    \
    X(NOT_EQUAL, "!=", !=)                                                                         \
    X(AT_MOST, "<=", <=)                                                                           \
    X(AT_LEAST, ">=", >=)                                                                          \
    X(EQUAL, "=", ==)                                                                              \
    X(BELOW, "<", <)                                                                               \
    X(ABOVE, ">", >)

enum breakpoint_relation {
#define X(id, text, operator) BREAKPOINT_##id,
    BREAKPOINT_RELATIONS(X)
#undef X
        BREAKPOINT_RELATION_COUNT,
};

struct breakpoint {
    enum breakpoint_kind kind;
    unsigned place; /* a line; of BREAKPOINT_VALUE any place */
    enum breakpoint_relation relation;
    uint32_t value; /* compared as a number with a sign */
};

#define BREAKPOINT_TEXT 32

/* How breakpoints are written, for help and errors. */
extern const char breakpoint_syntax[];

/* Reads "13" or "line 13", "store 27", or "A<0", "27 = 131072", "CI!=5". Returns false for what is
 * none of them. */
bool breakpoint_read(struct breakpoint *breakpoint, const char *text);

/* Writes what breakpoint_read() reads into out and returns it. */
const char *breakpoint_text(const struct breakpoint *breakpoint, char out[BREAKPOINT_TEXT]);

/* Whether its condition is true of the machine; false for the other kinds. */
bool breakpoint_holds(const struct breakpoint *breakpoint, const struct baby *m);

/* Whether the machine stops here after that instruction; held is what breakpoint_holds() said
 * before it. */
bool breakpoint_hit(const struct breakpoint *breakpoint, const struct obeyed *obeyed,
                    const struct baby *after, bool held);

#endif
